import type { IncomingMessage, ServerResponse } from 'node:http'
import Router from 'router'
import type { Claims } from '../claims'
import { TokenError } from '../errors'
import type { RefreshedPair, TokenPair } from '../tokens/refresh'
import { answer, Refusal } from './answer'
import { fieldsOf } from './body'

/** What Express, Connect and plain `http` call. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

type MaybePromise<T> = T | Promise<T>

export interface RoutesOptions {
  /**
   * Says whose credentials these are.
   * @returns the user, or null, undefined or false where nobody's; what it throws goes to `next`
   */
  authenticate(
    credentials: { username: string; password: string },
    req: IncomingMessage,
  ): MaybePromise<object | null | undefined | false>
}

/** What the routes need of a `TokenBlacklist`. */
export interface TokenService {
  obtainPair(user: object): Promise<TokenPair>
  refresh(encoded: string): Promise<RefreshedPair>
  verify(encoded: string): Promise<Claims>
  RefreshToken: { verify(encoded: string): Promise<{ blacklist(): Promise<void> }> }
}

type Action = (req: IncomingMessage, res: ServerResponse) => Promise<object>

/** Simple JWT's routes, with its paths, bodies and error texts. */
export function tokenRoutes(tokens: TokenService, { authenticate }: RoutesOptions): Handler {
  if (typeof authenticate !== 'function') throw new TypeError('authenticate must be a function from credentials to a user')
  const router = Router()

  post(router, '/', async (req, res) => {
    const credentials = await fieldsOf(req, res, ['username', 'password'])
    const user = await authenticate(credentials, req)
    if (!user) throw new Refusal(401, { detail: 'No active account found with the given credentials' }, CHALLENGE)
    return tokens.obtainPair(user)
  })

  post(router, '/refresh', async (req, res) => {
    const fields = await fieldsOf(req, res, ['refresh'])
    return tokens.refresh(fields.refresh)
  })

  post(router, '/verify', async (req, res) => {
    const { token } = await fieldsOf(req, res, ['token'])
    await tokens.verify(token).catch(refuseBlacklistedAsField)
    return {}
  })

  post(router, '/blacklist', async (req, res) => {
    const fields = await fieldsOf(req, res, ['refresh'])
    const token = await tokens.RefreshToken.verify(fields.refresh)
    await token.blacklist()
    return {}
  })

  return router
}

const ALLOW = { Allow: 'POST, OPTIONS' }
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="api"' }

function post(router: Router.Router, path: string, action: Action): void {
  router.all(path, (req, res, next) => {
    if (req.method === 'OPTIONS') return answer(res, 200, {}, ALLOW)
    if (req.method !== 'POST') return answer(res, 405, { detail: `Method "${req.method}" not allowed.` }, ALLOW)
    action(req, res).then(
      (body) => answer(res, 200, body, ALLOW),
      (error: unknown) => refuse(res, error, next),
    )
  })
}

function refuse(res: ServerResponse, error: unknown, next: (error?: unknown) => void): void {
  if (error instanceof Refusal) answer(res, error.status, error.body, { ...ALLOW, ...error.headers })
  else if (error instanceof TokenError) {
    answer(res, 401, { detail: error.message, code: 'token_not_valid' }, { ...ALLOW, ...CHALLENGE })
    // What is no error, next would take for none.
  } else next(error instanceof Error ? error : new Error('authenticate threw what is no Error', { cause: error }))
}

/** Simple JWT's verify serializer treats a blacklisted token as a bad field. */
function refuseBlacklistedAsField(error: unknown): never {
  if (error instanceof TokenError && error.code === 'ERR_TOKEN_BLACKLISTED')
    throw new Refusal(400, { non_field_errors: [error.message] })
  throw error
}
