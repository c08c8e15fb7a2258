import type { IncomingMessage, ServerResponse } from 'node:http'
import Router from 'router'
import type { Claims } from '../claims'
import { TokenError } from '../errors'
import type { Settings } from '../options'
import { refreshPair, refreshSliding } from '../tokens/exchange'
import { answer, challengeOf, Refusal, refusalOf } from './answer'
import { fieldsOf } from './body'
import { login } from './login'
import { type OwnClasses, type RoutesOptions, resolveRoutesOptions, type SerializerName } from './options'

/** What Express, Connect and plain `http` call. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** What the routes need of a `TokenBlacklist`. */
export interface TokenService extends OwnClasses {
  readonly settings: Settings
  verify(encoded: string): Promise<Claims>
}

/** What a route does: its answer, and who logged in. */
type Action = (req: IncomingMessage, res: ServerResponse) => Promise<{ body: object; user?: object }>

/**
 * Simple JWT's routes, with its paths, bodies and error texts.
 * @throws TypeError that names the option
 */
export function tokenRoutes(tokens: TokenService, options: RoutesOptions): Handler {
  const { authenticate, RefreshToken, SlidingToken, serializers } = resolveRoutesOptions(tokens, options)
  const { settings } = tokens
  const router = Router()
  const post = (path: string, serializer: SerializerName, action: Action) => {
    addPost(router, path, settings, async (req, res) => {
      const { body, user } = await action(req, res)
      const serialize = serializers[serializer]
      return serialize ? serialized(await serialize(body, { request: req, ...(user && { user }) }), serializer) : body
    })
  }

  post('/', 'tokenObtainSerializer', async (req, res) => {
    const user = await login(settings, authenticate, req, res)
    const token = await RefreshToken.forUser(user)
    await settings.onLoginSuccess?.(user, req)
    return { body: { refresh: String(token), access: String(token.accessToken) }, user }
  })

  post('/refresh', 'tokenRefreshSerializer', async (req, res) => {
    const { refresh } = await fieldsOf(req, res, ['refresh'])
    return { body: await refreshPair(RefreshToken, refresh) }
  })

  post('/verify', 'tokenVerifySerializer', async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    await tokens.verify(token).catch(refuseBlacklistedAsField)
    return { body: {} }
  })

  post('/blacklist', 'tokenBlacklistSerializer', async (req, res) => {
    const { refresh } = await fieldsOf(req, res, ['refresh'])
    const token = await RefreshToken.verify(refresh)
    await token.blacklist()
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

  return router
}

const ALLOW = { Allow: 'POST, OPTIONS' }

function addPost(
  router: Router.Router,
  path: string,
  settings: Settings,
  action: (req: IncomingMessage, res: ServerResponse) => Promise<object>,
): void {
  router.all(path, (req, res, next) => {
    if (req.method === 'OPTIONS') return answer(res, 200, {}, ALLOW)
    if (req.method !== 'POST') return answer(res, 405, { detail: `Method "${req.method}" not allowed.` }, ALLOW)
    action(req, res).then(
      (body) => answer(res, 200, body, ALLOW),
      (error: unknown) => refuse(res, settings, error, next),
    )
  })
}

/**
 * What a serializer made, if it can be answered: what cannot would throw where nobody catches.
 * @throws TypeError
 */
function serialized(body: unknown, name: SerializerName): object {
  if (typeof body !== 'object' || body === null) {
    throw new TypeError(`${name} must return an object; got ${body === null ? 'null' : typeof body}`)
  }
  return JSON.parse(JSON.stringify(body)) as object
}

function refuse(res: ServerResponse, settings: Settings, error: unknown, next: (error?: unknown) => void): void {
  const refusal = refusalOf(error)
  if (refusal) answer(res, refusal.status, refusal.body, { ...ALLOW, ...challengeOf(settings, refusal) })
  // What is no error, next would take for none.
  else next(error instanceof Error ? error : new Error('authenticate threw what is no Error', { cause: error }))
}

/** Simple JWT's verify serializer treats a blacklisted token as a bad field. */
function refuseBlacklistedAsField(error: unknown): never {
  const blacklisted = error instanceof TokenError && error.code === 'ERR_TOKEN_BLACKLISTED'
  throw blacklisted ? new Refusal(400, { non_field_errors: [error.message] }) : error
}
