import type { IncomingMessage } from 'node:http'
import type { Claims } from '../claims'
import type { RefreshToken } from '../tokens/refresh-token'
import type { SlidingToken } from '../tokens/sliding-token'
import type { RefreshCookieOptions } from './cookie'
import type { Authenticate } from './login'
import type { SessionService } from './session-routes'

/** Makes of a route's answer the app's own: Simple JWT's serializers. */
export type Serializer = (answer: object, context: SerializerContext) => object | Promise<object>

export interface SerializerContext {
  request: IncomingMessage
  /** Who logged in, on the routes where somebody does. */
  user?: object
}

export interface RoutesOptions {
  authenticate: Authenticate
  /** Keeps the refresh token in a cookie instead of the bodies. @default off */
  refreshCookie?: RefreshCookieOptions
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
export interface TokenService extends SessionService {
  readonly RefreshToken: typeof RefreshToken
  verify(encoded: string): Promise<Claims>
  blacklistUser(userId: string, options: { except?: string | undefined }): Promise<number>
}
