import type { ServerResponse } from 'node:http'
import Router from 'router'
import { chainOf, isStorable, userIdOf } from '../claims'
import { TokenError } from '../errors'
import { refreshSliding, refreshTokens } from '../tokens/exchange'
import type { RefreshToken } from '../tokens/refresh-token'
import { decodeAs } from '../tokens/token'
import { Refusal } from './answer'
import { fieldsOf, flagOf } from './body'
import { addRoute, type Handler, type RouteRequest } from './dispatch'
import { login } from './login'
import type { RoutesOptions, Serializer, TokenService } from './options'
import { refreshTransport } from './refresh-transport'
import { endSession, listSessions } from './session-routes'

/** What a route does: the body of its answer, and who logged in. */
type Step = (req: RouteRequest, res: ServerResponse) => Promise<{ body: object; user?: object }>

/** Simple JWT's routes, with its paths, bodies and error texts; and those of the sessions. */
export function tokenRoutes(tokens: TokenService, options: RoutesOptions): Handler {
  const { authenticate, RefreshToken = tokens.RefreshToken, SlidingToken = tokens.SlidingToken } = options
  if (typeof authenticate !== 'function') throw new TypeError('authenticate must be a function from credentials to a user')
  const { settings } = tokens
  const transport = refreshTransport(options.refreshCookie)
  const router = Router()

  const post = (path: string, serialize: Serializer | undefined, step: Step) => {
    addRoute(router, path, settings, {
      async POST(req, res) {
        transport.check(req)
        const { body, user } = await step(req, res)
        return serialize ? serialize(body, { request: req, ...(user && { user }) }) : body
      },
    })
  }

  post('/', options.tokenObtainSerializer, async (req, res) => {
    const user = await login(settings, authenticate, req, res)
    const refresh = await RefreshToken.forUser(user)
    return { body: transport.write(req, res, { access: String(refresh.accessToken), refresh }), user }
  })

  post('/refresh', options.tokenRefreshSerializer, async (req, res) => {
    const { access, refresh } = await refreshTokens(RefreshToken, await transport.read(req, res))
    return { body: transport.write(req, res, { access: String(access), refresh }) }
  })

  post('/verify', options.tokenVerifySerializer, async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    await tokens.verify(token).catch(refuseBlacklistedAsField)
    return { body: {} }
  })

  post('/blacklist', options.tokenBlacklistSerializer, async (req, res) => {
    transport.forget(req, res)
    await blacklistChain(decodeAs(RefreshToken, await transport.read(req, res)))
    return { body: {} }
  })

  post('/blacklist/all', undefined, async (req, res) => {
    const keepCurrent = await flagOf(req, res, 'keep_current')
    if (!keepCurrent) transport.forget(req, res)
    const token = await RefreshToken.verify(await transport.read(req, res))
    const userId = userIdOf(token.claims[settings.userIdClaim])
    if (userId === null) throw new TokenError('ERR_TOKEN_NO_USER')
    await tokens.blacklistUser(userId, { except: keepCurrent ? sessionOf(token) : undefined })
    return { body: {} }
  })

  post('/sliding', options.slidingTokenObtainSerializer, async (req, res) => {
    const user = await login(settings, authenticate, req, res)
    return { body: { token: String(await SlidingToken.forUser(user)) }, user }
  })

  post('/sliding/refresh', options.slidingTokenRefreshSerializer, async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    return { body: await refreshSliding(SlidingToken, token) }
  })

  addRoute(router, '/sessions', settings, { GET: listSessions(tokens) })
  addRoute(router, '/sessions/:id', settings, { DELETE: endSession(tokens) })
  return router
}

/**
 * Ends a refresh token's chain, also where the token itself was rotated or blacklisted before; then it is refused all the same,
 * as Simple JWT does.
 */
async function blacklistChain(token: RefreshToken): Promise<void> {
  const refusal = await token.assertNotBlacklisted().catch((error: unknown) => error)
  if (refusal !== undefined && !(refusal instanceof TokenError)) throw refusal
  await token.blacklist()
  if (refusal) throw refusal
}

/** The id under which `blacklistUser` spares a token and what belongs to it. */
function sessionOf({ claims, jti }: RefreshToken): string {
  return isStorable(claims.sid) ? claims.sid : (chainOf(jti) ?? jti)
}

/** Simple JWT's verify serializer treats a blacklisted token as a bad field. */
function refuseBlacklistedAsField(error: unknown): never {
  const blacklisted = error instanceof TokenError && error.code === 'ERR_TOKEN_BLACKLISTED'
  throw blacklisted ? new Refusal(400, { non_field_errors: [error.message] }) : error
}
