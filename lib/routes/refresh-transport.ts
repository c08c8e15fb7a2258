import type { ServerResponse } from 'node:http'
import { isNumericDate } from '../claims'
import { expect } from '../expect'
import type { AccessToken } from '../tokens/access-token'
import type { RefreshToken } from '../tokens/refresh-token'
import { Refusal } from './answer'
import { assertJson, bodyOf, fieldsOf } from './body'
import { type RefreshCookieOptions, refreshCookieOf } from './cookie'
import type { RouteRequest } from './dispatch'
import { originCheck } from './origin'

interface Pair {
  access: AccessToken
  /** None where a refresh does not rotate. */
  refresh: RefreshToken | undefined
}

/** How a refresh token travels: in the bodies, as Simple JWT has it, or in a cookie. */
export interface RefreshTransport {
  /**
   * Called before anything is done for a request.
   * @throws Refusal 403, 415
   */
  check(req: RouteRequest): void
  /** @throws Refusal where the request has none, or several, or has it in the wrong place */
  read(req: RouteRequest, res: ServerResponse): Promise<string>
  /**
   * As `read`, but all of them, one at least.
   * @throws Refusal
   */
  readAll(req: RouteRequest, res: ServerResponse): Promise<string[]>
  /** What of a pair goes into the body, in the pair's order. */
  body(pair: Pair): object
  /** Called once nothing can refuse the answer any more. */
  keep(req: RouteRequest, res: ServerResponse, refresh: RefreshToken): void
  /** Called on logout, whatever it will answer. */
  forget(req: RouteRequest, res: ServerResponse): void
}

async function readField(req: RouteRequest, res: ServerResponse): Promise<string> {
  return (await fieldsOf(req, res, ['refresh'])).refresh
}

const inBody: RefreshTransport = {
  check() {},
  read: readField,
  readAll: async (req, res) => [await readField(req, res)],
  body: (pair) => {
    const tokens = Object.entries(pair).filter(([, token]) => token !== undefined)
    return Object.fromEntries(tokens.map(([name, token]) => [name, String(token)]))
  },
  keep() {},
  forget() {},
}

export function refreshTransport(options: RefreshCookieOptions | undefined): RefreshTransport {
  return options === undefined ? inBody : inCookie(options)
}

const OPTIONS = ['name', 'path', 'domain', 'sameSite', 'secure', 'allowedOrigins'] satisfies (keyof RefreshCookieOptions)[]

/** @throws TypeError that names the option */
function inCookie(options: RefreshCookieOptions): RefreshTransport {
  expect(typeof options === 'object' && options !== null && !Array.isArray(options), 'refreshCookie', 'an object', options)
  for (const name of Object.keys(options)) {
    if (!(OPTIONS as string[]).includes(name)) throw new TypeError(`refreshCookie.${name} is not an option of routes`)
  }
  const cookie = refreshCookieOf(options)
  const checkOrigin = originCheck(options.allowedOrigins ?? [])
  const readAll = async (req: RouteRequest, res: ServerResponse) => {
    const body = await bodyOf(req, res)
    // Two tokens may be two users': nobody could tell which is meant.
    if (Object.hasOwn(body, 'refresh')) throw new Refusal(400, { refresh: ['The refresh token is taken from the cookie alone.'] })
    const tokens = cookie.read(req)
    if (tokens.length === 0) throw new Refusal(401, { detail: 'Authentication credentials were not provided.' })
    return tokens
  }
  return {
    check(req) {
      checkOrigin(req)
      assertJson(req)
    },
    readAll,
    async read(req, res) {
      const [token, ...others] = await readAll(req, res)
      // A neighbouring subdomain can set a second cookie of this name, with another user's token.
      if (others.length > 0) throw new Refusal(400, { detail: 'There is more than one cookie with a refresh token.' })
      return token as string
    },
    body: ({ access }) => ({ access: String(access) }),
    keep: (req, res, refresh) => cookie.set(req, res, String(refresh), lifetimeOf(refresh)),
    forget: (req, res) => cookie.clear(req, res),
  }
}

/** Seconds. */
function lifetimeOf({ claims }: RefreshToken): number {
  const { exp, iat } = claims
  return isNumericDate(exp) && isNumericDate(iat) ? Math.max(Math.floor(exp - iat), 0) : 0
}
