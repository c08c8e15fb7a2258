import type { VerifiedCallback, VerifyCallback, VerifyCallbackWithRequest } from 'passport-jwt'
import type { TokenCheck } from '../check'
import { type Claims, isNumericDate, jtiOf } from '../claims'
import { TokenError } from '../errors'

export interface CheckOptions {
  blacklist: TokenCheck
  tokenTypes: string[] | undefined
}

/** A token of another type, such as one that resets a password, is no access token (RFC 8725 section 3.12). */
const ACCESS_TYPES = ['access', 'sliding']

/**
 * Checks what passport-jwt does not.
 * @param encoded where given, a token without jti goes by its digest
 * @throws TokenError
 * @throws BlacklistUnavailableError
 */
export async function checkToken({ blacklist, tokenTypes }: CheckOptions, claims: unknown, encoded?: string): Promise<void> {
  if (!isClaims(claims)) throw new TokenError('ERR_TOKEN_INVALID')
  const { jtiClaim, tokenTypeClaim } = blacklist.settings
  if (!isNumericDate(claims.exp)) throw new TokenError('ERR_TOKEN_NO_EXP')
  const jti = jtiOf(claims, jtiClaim, encoded)
  checkType(claims[tokenTypeClaim], tokenTypes)
  if (await blacklist.isBlacklisted({ ...claims, [jtiClaim]: jti })) throw new TokenError('ERR_TOKEN_BLACKLISTED')
}

function checkType(type: unknown, tokenTypes: string[] | undefined): void {
  if (type === undefined) {
    if (tokenTypes) throw new TokenError('ERR_TOKEN_NO_TYPE')
  } else if (!(tokenTypes ?? ACCESS_TYPES).includes(type as string)) throw new TokenError('ERR_TOKEN_WRONG_TYPE')
}

function isClaims(payload: unknown): payload is Claims {
  return typeof payload === 'object' && payload !== null
}

/**
 * Calls the app's verify as passport-jwt would, and also catches what an `async` one rejects with.
 * @param args what comes before `done`: the payload, or the request and the payload
 */
export function callVerify(verify: VerifyCallback | VerifyCallbackWithRequest, args: unknown[], done: VerifiedCallback): void {
  let called = false
  const once: VerifiedCallback = (...outcome) => {
    if (called) return
    called = true
    done(...outcome)
  }
  try {
    const returned: unknown = (verify as (...all: unknown[]) => unknown)(...args, once)
    if (isThenable(returned)) returned.then(undefined, done)
  } catch (error) {
    // Also where `done` was called before: what comes after it, down to the app's route, may be what threw.
    done(error)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function'
}
