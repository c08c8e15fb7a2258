import type { IncomingMessage } from 'node:http'
import type { Claims } from '../claims'
import { expect } from '../expect'
import type { RefreshToken } from '../tokens/refresh-token'
import type { SlidingToken } from '../tokens/sliding-token'
import type { RefreshCookieOptions } from './cookie'
import type { Authenticate } from './login'
import { type RefreshTransport, refreshTransport } from './refresh-transport'
import type { SessionService } from './session-routes'

/** Makes of a route's answer the app's own: Simple JWT's serializers. A `TokenError` that it throws is a refusal. */
export type Serializer = (answer: object, context: SerializerContext) => object | Promise<object>

export interface SerializerContext {
  request: IncomingMessage
  /** Who logged in, on the routes where somebody does. */
  user?: object
}

const SERIALIZERS = [
  'tokenObtainSerializer',
  'tokenRefreshSerializer',
  'tokenVerifySerializer',
  'tokenBlacklistSerializer',
  'slidingTokenObtainSerializer',
  'slidingTokenRefreshSerializer',
] as const
export type SerializerName = (typeof SERIALIZERS)[number]

/** Each serializer is Simple JWT's setting of the same name: `tokenObtainSerializer` is TOKEN_OBTAIN_SERIALIZER. */
export interface RoutesOptions extends Partial<Record<SerializerName, Serializer | undefined>> {
  authenticate: Authenticate
  /** Keeps the refresh token in a cookie instead of the bodies. @default off */
  refreshCookie?: RefreshCookieOptions | undefined
  /** A subclass of `tokens.RefreshToken`, for claims of the app's own. @default tokens.RefreshToken */
  RefreshToken?: typeof RefreshToken | undefined
  /** A subclass of `tokens.SlidingToken`. @default tokens.SlidingToken */
  SlidingToken?: typeof SlidingToken | undefined
}

/** What the routes need of a `TokenBlacklist`. */
export interface TokenService extends SessionService {
  readonly RefreshToken: typeof RefreshToken
  verify(encoded: string): Promise<Claims>
  blacklistUser(userId: string, options: { except?: string | undefined }): Promise<number>
}

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError that names the option, says what was expected and what came
 */
export function resolveRoutesOptions(own: TokenService, options: RoutesOptions) {
  const {
    authenticate,
    refreshCookie,
    RefreshToken = own.RefreshToken,
    SlidingToken = own.SlidingToken,
    ...serializers
  } = options
  expect(typeof authenticate === 'function', 'authenticate', 'a function from credentials to a user', authenticate)
  expect(isOrExtends(RefreshToken, own.RefreshToken), 'RefreshToken', 'a subclass of tokens.RefreshToken', RefreshToken)
  expect(isOrExtends(SlidingToken, own.SlidingToken), 'SlidingToken', 'a subclass of tokens.SlidingToken', SlidingToken)
  for (const [name, value] of Object.entries(serializers)) {
    if (!SERIALIZERS.includes(name as SerializerName)) throw new TypeError(`${name} is not an option of routes`)
    expect(value === undefined || typeof value === 'function', name, 'a function', value)
  }
  const transport: RefreshTransport = refreshTransport(refreshCookie)
  return { authenticate, transport, RefreshToken, SlidingToken, serializers }
}

function isOrExtends(value: unknown, base: new (...args: never[]) => object): boolean {
  return value === base || (typeof value === 'function' && value.prototype instanceof base)
}
