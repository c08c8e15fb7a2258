import type { ServerResponse } from 'node:http'
import Router from 'router'
import { chainOf, sidOf, userIdOf } from '../claims'
import { TokenError } from '../errors'
import { refreshSliding, refreshTokens } from '../tokens/exchange'
import type { RefreshToken } from '../tokens/refresh-token'
import { decodeAs } from '../tokens/token'
import { Refusal } from './answer'
import { fieldsOf, flagOf } from './body'
import { addRoute, type Handler, type RouteRequest } from './dispatch'
import { login } from './login'
import { type RoutesOptions, resolveRoutesOptions, type SerializerName, type TokenService } from './options'
import { endSession, listSessions } from './session-routes'

/** What a route does: the body of its answer, who logged in, and the refresh token that the client is to keep. */
type Step = (
  req: RouteRequest,
  res: ServerResponse,
) => Promise<{ body: object; user?: object; refresh?: RefreshToken | undefined }>

/**
 * Simple JWT's routes, with its paths, bodies and error texts; and those of the sessions.
 * @throws TypeError that names the option
 */
export function tokenRoutes(tokens: TokenService, options: RoutesOptions): Handler {
  const { authenticate, transport, RefreshToken, SlidingToken, serializers } = resolveRoutesOptions(tokens, options)
  const { settings } = tokens
  const router = Router()
  const post = (path: string, serializer: SerializerName | undefined, step: Step) => {
    addRoute(router, path, settings, {
      async POST(req, res) {
        transport.check(req)
        const { body, user, refresh } = await step(req, res)
        const serialize = serializer && serializers[serializer]
        const made = serialize ? serialized(await serialize(body, { request: req, ...(user && { user }) }), serializer) : body
        if (refresh) transport.keep(req, res, refresh)
        return made
      },
    })
  }

  post('/', 'tokenObtainSerializer', async (req, res) => {
    const user = await login(settings, authenticate, req, res)
    const refresh = await RefreshToken.forUser(user)
    await settings.onLoginSuccess?.(user, req)
    return { body: transport.body({ refresh, access: refresh.accessToken }), user, refresh }
  })

  post('/refresh', 'tokenRefreshSerializer', async (req, res) => {
    const { access, refresh } = await refreshTokens(RefreshToken, await transport.read(req, res))
    return { body: transport.body({ access, refresh }), refresh }
  })

  post('/verify', 'tokenVerifySerializer', async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    await tokens.verify(token).catch(refuseBlacklistedAsField)
    return { body: {} }
  })

  post('/blacklist', 'tokenBlacklistSerializer', async (req, res) => {
    transport.forget(req, res)
    await blacklistAny(await transport.readAll(req, res), async (encoded) =>
      blacklistChain(await decodeAs(RefreshToken, encoded)),
    )
    return { body: {} }
  })

  post('/blacklist/all', undefined, async (req, res) => {
    const logOut = async (encoded: string, keepCurrent: boolean) => {
      const token = await decodeAs(RefreshToken, encoded)
      await refuseEnded(token)
      const userId = userIdOf(token.claims[settings.userIdClaim])
      if (userId === null) throw new TokenError('ERR_TOKEN_NO_USER')
      await tokens.blacklistUser(userId, { except: keepCurrent ? sessionOf(token) : undefined })
    }
    if (await flagOf(req, res, 'keep_current')) await logOut(await transport.read(req, res), true)
    else {
      transport.forget(req, res)
      await blacklistAny(await transport.readAll(req, res), (encoded) => logOut(encoded, false))
    }
    return { body: {} }
  })

  post('/sliding', 'slidingTokenObtainSerializer', async (req, res) => {
    const user = await login(settings, authenticate, req, res)
    const token = await SlidingToken.forUser(user)
    await settings.onLoginSuccess?.(user, req)
    return { body: { token: String(token) }, user }
  })

  post('/sliding/refresh', 'slidingTokenRefreshSerializer', async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    return { body: await refreshSliding(SlidingToken, token) }
  })

  addRoute(router, '/sessions', settings, { GET: listSessions(tokens) })
  addRoute(router, '/sessions/:id', settings, { DELETE: endSession(tokens) })
  return router
}

/**
 * What a serializer made, if it can be answered: what cannot would throw where nobody catches.
 * @throws TypeError
 */
function serialized(body: unknown, name: string): object {
  if (typeof body !== 'object' || body === null) {
    throw new TypeError(`${name} must return an object; got ${body === null ? 'null' : typeof body}`)
  }
  return JSON.parse(JSON.stringify(body)) as object
}

/**
 * Blacklists each of a client's tokens: of several cookies nobody can tell which is the user's, and a logout must not leave it. One
 * that is refused, or fails, does no harm to the others.
 * @throws TokenError where all are refused
 * @throws BlacklistUnavailableError where one may not have been blacklisted
 */
async function blacklistAny(tokens: string[], blacklist: (encoded: string) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(tokens.map(blacklist))
  const errors: unknown[] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const failure = errors.find((error) => !(error instanceof TokenError))
  if (failure !== undefined) throw failure
  if (errors.length === tokens.length) throw errors[0]
}

/** Ends a refresh token's chain. One that was rotated or blacklisted before is refused all the same, as Simple JWT does. */
async function blacklistChain(token: RefreshToken): Promise<void> {
  await refuseEnded(token)
  await token.blacklist()
}

/** Whoever shows a token that was rotated or blacklisted before is refused, and its chain is ended: a logout must not leave one. */
async function refuseEnded(token: RefreshToken): Promise<void> {
  if (!(await token.isBlacklisted())) return
  await token.blacklist()
  throw new TokenError('ERR_TOKEN_BLACKLISTED')
}

/** The id under which `blacklistUser` spares a token and what belongs to it. */
function sessionOf({ claims, jti }: RefreshToken): string {
  return sidOf(claims) ?? chainOf(jti) ?? jti
}

/** Simple JWT's verify serializer treats a blacklisted token as a bad field. */
function refuseBlacklistedAsField(error: unknown): never {
  const blacklisted = error instanceof TokenError && error.code === 'ERR_TOKEN_BLACKLISTED'
  throw blacklisted ? new Refusal(400, { non_field_errors: [error.message] }) : error
}
