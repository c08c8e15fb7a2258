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
  /** @throws Refusal where the request has none, or has it in the wrong place */
  read(req: RouteRequest, res: ServerResponse): Promise<string>
  /** What of a pair goes into the body, in the pair's order. */
  body(pair: Pair): object
  /** Called once nothing can refuse the answer any more. */
  keep(req: RouteRequest, res: ServerResponse, refresh: RefreshToken): void
  /** Called on logout, whatever it will answer. */
  forget(req: RouteRequest, res: ServerResponse): void
}

const inBody: RefreshTransport = {
  check() {},
  read: async (req, res) => (await fieldsOf(req, res, ['refresh'])).refresh,
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
  return {
    check(req) {
      checkOrigin(req)
      assertJson(req)
    },
    async read(req, res) {
      const body = await bodyOf(req, res)
      // Two tokens may be two users': nobody could tell which is meant.
      if (Object.hasOwn(body, 'refresh'))
        throw new Refusal(400, { refresh: ['The refresh token is taken from the cookie alone.'] })
      const token = cookie.read(req)
      if (token === undefined) throw new Refusal(401, { detail: 'Authentication credentials were not provided.' })
      return token
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
