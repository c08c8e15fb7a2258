export type { BlacklistedToken, Models, OutstandingToken } from '../models'
export type { TokenCheck } from './check'
export type { Claims } from './claims'
export {
  BlacklistConflictError,
  BlacklistUnavailableError,
  type ErrorCode,
  KeyUnavailableError,
  TokenError,
  type TokenErrorCode,
} from './errors'
export type { TokenBlacklistEvents } from './events'
export type { Duration } from './expect'
export type { KeyInput, SupportedAlgorithm } from './keys'
export type { CacheOptions, HeaderSettings, Logger, Settings, TableNames, TokenBlacklistOptions, UserSettings } from './options'
export type { AuthenticatedRequest, AuthenticateOptions } from './routes/authenticate'
export type { RefreshCookieOptions } from './routes/cookie'
export type { Handler } from './routes/dispatch'
export type { Authenticate } from './routes/login'
export type { RoutesOptions, Serializer, SerializerContext } from './routes/options'
export { simpleJwt } from './simple-jwt'
export type { FlushOptions } from './store/flush'
export type { LiveSession } from './store/sessions'
export type { JwtBlacklistStrategyOptions, JwtBlacklistStrategyOptionsWithRequest } from './strategy/options'
export { JwtBlacklistStrategy } from './strategy/strategy'
export { TokenBlacklist } from './token-blacklist'
export type { AccessToken } from './tokens/access-token'
export type { EncodedSlidingToken, RefreshedPair, TokenPair } from './tokens/exchange'
export type { RefreshToken } from './tokens/refresh-token'
export type { SlidingToken } from './tokens/sliding-token'
export type { Token, WriteOptions } from './tokens/token'
export { TokenUser } from './users'
