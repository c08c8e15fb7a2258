import type { IncomingMessage, ServerResponse } from 'node:http'
import Router from 'router'
import type { Claims } from '../claims'
import { TokenError } from '../errors'
import type { Settings } from '../options'
import { refreshPair, refreshSliding } from '../tokens/exchange'
import type { RefreshToken } from '../tokens/refresh-token'
import type { SlidingToken } from '../tokens/sliding-token'
import { answer, challengeOf, Refusal, refusalOf } from './answer'
import { fieldsOf } from './body'
import { type Authenticate, login } from './login'

/** What Express, Connect and plain `http` call. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** Makes of a route's answer the app's own: Simple JWT's serializers. */
export type Serializer = (answer: object, context: SerializerContext) => object | Promise<object>

export interface SerializerContext {
  request: IncomingMessage
  /** Who logged in, on the routes where somebody does. */
  user?: object
}

export interface RoutesOptions {
  authenticate: Authenticate
  /** A subclass of `tokens.RefreshToken`, for claims of the app's own. @default tokens.RefreshToken */
  RefreshToken?: typeof RefreshToken
  /** A subclass of `tokens.SlidingToken`. @default tokens.SlidingToken */
  SlidingToken?: typeof SlidingToken
  /** TOKEN_OBTAIN_SERIALIZER */
  tokenObtainSerializer?: Serializer
  /** TOKEN_REFRESH_SERIALIZER */
  tokenRefreshSerializer?: Serializer
  /** TOKEN_VERIFY_SERIALIZER */
  tokenVerifySerializer?: Serializer
  /** TOKEN_BLACKLIST_SERIALIZER */
  tokenBlacklistSerializer?: Serializer
  /** SLIDING_TOKEN_OBTAIN_SERIALIZER */
  slidingTokenObtainSerializer?: Serializer
  /** SLIDING_TOKEN_REFRESH_SERIALIZER */
  slidingTokenRefreshSerializer?: Serializer
}

/** What the routes need of a `TokenBlacklist`. */
export interface TokenService {
  readonly settings: Settings
  readonly RefreshToken: typeof RefreshToken
  readonly SlidingToken: typeof SlidingToken
  verify(encoded: string): Promise<Claims>
}

type Action = (req: IncomingMessage, res: ServerResponse) => Promise<{ body: object; user?: object }>

/** Simple JWT's routes, with its paths, bodies and error texts. */
export function tokenRoutes(tokens: TokenService, options: RoutesOptions): Handler {
  const { authenticate, RefreshToken = tokens.RefreshToken, SlidingToken = tokens.SlidingToken } = options
  if (typeof authenticate !== 'function') throw new TypeError('authenticate must be a function from credentials to a user')
  const { settings } = tokens
  const router = Router()
  const post = (path: string, serialize: Serializer | undefined, action: Action) =>
    addPost(router, path, settings, serialize, action)

  post('/', options.tokenObtainSerializer, async (req, res) => {
    const user = await login(settings, authenticate, req, res)
    const token = await RefreshToken.forUser(user)
    return { body: { refresh: String(token), access: String(token.accessToken) }, user }
  })

  post('/refresh', options.tokenRefreshSerializer, async (req, res) => {
    const { refresh } = await fieldsOf(req, res, ['refresh'])
    return { body: await refreshPair(RefreshToken, refresh) }
  })

  post('/verify', options.tokenVerifySerializer, async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    await tokens.verify(token).catch(refuseBlacklistedAsField)
    return { body: {} }
  })

  post('/blacklist', options.tokenBlacklistSerializer, async (req, res) => {
    const { refresh } = await fieldsOf(req, res, ['refresh'])
    const token = await RefreshToken.verify(refresh)
    await token.blacklist()
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

  return router
}

const ALLOW = { Allow: 'POST, OPTIONS' }

function addPost(
  router: Router.Router,
  path: string,
  settings: Settings,
  serialize: Serializer | undefined,
  action: Action,
): void {
  router.all(path, (req, res, next) => {
    if (req.method === 'OPTIONS') return answer(res, 200, {}, ALLOW)
    if (req.method !== 'POST') return answer(res, 405, { detail: `Method "${req.method}" not allowed.` }, ALLOW)
    serialized(action, serialize, req, res).then(
      (body) => answer(res, 200, body, ALLOW),
      (error: unknown) => refuse(res, settings, error, next),
    )
  })
}

async function serialized(
  action: Action,
  serialize: Serializer | undefined,
  request: IncomingMessage,
  res: ServerResponse,
): Promise<object> {
  const { body, user } = await action(request, res)
  return serialize ? serialize(body, { request, ...(user && { user }) }) : body
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
