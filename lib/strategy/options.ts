import type {
  JwtFromRequestFunction,
  SecretOrKeyProvider,
  StrategyOptions,
  VerifyCallback,
  VerifyCallbackWithRequest,
} from 'passport-jwt'
import type { TokenCheck } from '../check'
import type { KeyInput } from '../keys'

/** What passport-jwt takes in every form of its options; `Pick` over a union keeps what all members have. */
type PassportJwtOptions = Pick<StrategyOptions, 'issuer' | 'audience' | 'algorithms' | 'ignoreExpiration' | 'jsonWebTokenOptions'>

interface OwnOptions {
  /** The `TokenBlacklist` that is asked about every token. */
  blacklist: TokenCheck
  /** Where the token is in a request. */
  // biome-ignore lint/suspicious/noExplicitAny: the request is whatever the app's framework makes of it, as in passport-jwt
  jwtFromRequest: JwtFromRequestFunction<any>
  /** Secret or public key. @default the blacklist's verifying key, with its algorithm, issuer, audience and leeway */
  secretOrKey?: KeyInput
  /** Finds the key for each token, instead of `secretOrKey`. */
  secretOrKeyProvider?: SecretOrKeyProvider
  /**
   * `'required'` refuses a token without jti. `'digest'` lets it go by a digest of its header and payload; then a session can be
   * ended by `blacklist(encoded)`. @default 'required'
   */
  jti?: 'required' | 'digest'
  /**
   * The values of the type claim that are accepted; then a token without one is refused.
   * @default 'access' and 'sliding', and tokens without a type claim
   */
  tokenTypes?: string[]
  /** The realm in `WWW-Authenticate` (RFC 6750 section 3). @default 'api' */
  realm?: string
}

type Options = PassportJwtOptions & OwnOptions

export type JwtBlacklistStrategyOptions = Options & { passReqToCallback?: false | undefined }
export type JwtBlacklistStrategyOptionsWithRequest = Options & { passReqToCallback: true }
export type AnyStrategyOptions = Options & { passReqToCallback?: boolean | undefined }
export type AnyVerify = VerifyCallback | VerifyCallbackWithRequest

/**
 * @throws TypeError that names the option
 */
export function checkOptions(options: AnyStrategyOptions, verify: AnyVerify): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('JwtBlacklistStrategy requires options')
  if (typeof verify !== 'function') throw new TypeError('JwtBlacklistStrategy requires a verify callback')
  const { blacklist, secretOrKey, secretOrKeyProvider, jti, tokenTypes, realm, jwtFromRequest } = options
  if (typeof blacklist?.isBlacklisted !== 'function' || !blacklist.settings) {
    throw new TypeError('blacklist must be a TokenBlacklist')
  }
  if (typeof jwtFromRequest !== 'function') throw new TypeError('jwtFromRequest must be a function such as ExtractJwt makes')
  if (secretOrKeyProvider != null) {
    if (typeof secretOrKeyProvider !== 'function') throw new TypeError('secretOrKeyProvider must be a function')
    if (secretOrKey != null) {
      throw new TypeError('secretOrKey and secretOrKeyProvider exclude each other; give one of them')
    }
  }
  if (jti !== undefined && jti !== 'required' && jti !== 'digest') throw new TypeError("jti must be 'required' or 'digest'")
  if (
    tokenTypes !== undefined &&
    !(Array.isArray(tokenTypes) && tokenTypes.length > 0 && tokenTypes.every((type) => typeof type === 'string'))
  ) {
    throw new TypeError('tokenTypes must be a non-empty array of strings')
  }
  if (realm !== undefined && !(typeof realm === 'string' && /^[\x20-\x7e]*$/.test(realm))) {
    throw new TypeError('realm must be a string of printable ASCII characters')
  }
  checkTimes(options)
}

/** A token that is accepted after its row was flushed would be a revoked token accepted. */
function checkTimes({ blacklist, ignoreExpiration, jsonWebTokenOptions }: AnyStrategyOptions): void {
  if (ignoreExpiration || jsonWebTokenOptions?.ignoreExpiration) {
    throw new TypeError('ignoreExpiration cannot be used: a blacklisted token is forgotten some time after it expired')
  }
  if (jsonWebTokenOptions?.clockTimestamp !== undefined) {
    throw new TypeError(
      'jsonWebTokenOptions.clockTimestamp cannot be used: time would stand still for tokens, and not for the flush',
    )
  }
  const { flushMargin } = blacklist.settings
  const clockTolerance: unknown = jsonWebTokenOptions?.clockTolerance ?? 0
  // jsonwebtoken would append a string to `exp`: the end of time.
  if (typeof clockTolerance !== 'number' || !Number.isFinite(clockTolerance)) {
    throw new TypeError(`jsonWebTokenOptions.clockTolerance must be a number of seconds; got ${typeof clockTolerance}`)
  }
  if (clockTolerance > 0 && clockTolerance >= flushMargin) {
    throw new TypeError(
      `jsonWebTokenOptions.clockTolerance must be less than flushMargin (${flushMargin} s); got ${clockTolerance}`,
    )
  }
}
