export { BlacklistedToken, OutstandingToken } from '../models'
export type { Claims } from './claims'
export {
  BlacklistConflictError,
  BlacklistUnavailableError,
  type ErrorCode,
  KeyUnavailableError,
  TokenError,
  type TokenErrorCode,
} from './errors'
export type { KeyInput, SupportedAlgorithm } from './keys'
export type { Duration, Logger, TableNames, TokenBlacklistOptions } from './options'
export type { Handler, RoutesOptions } from './routes/router'
export type { FlushOptions } from './store/flush'
export type { JwtBlacklistStrategyOptions, JwtBlacklistStrategyOptionsWithRequest } from './strategy/options'
export { JwtBlacklistStrategy } from './strategy/strategy'
export { TokenBlacklist } from './token-blacklist'
export type { AccessToken } from './tokens/access-token'
export type { RefreshedPair, TokenPair } from './tokens/refresh'
export type { RefreshToken } from './tokens/refresh-token'
export type { SlidingToken } from './tokens/sliding-token'
export type { Token, WriteOptions } from './tokens/token'
