import { isPromise } from 'node:util/types'
import type { VerifiedCallback, VerifyCallback, VerifyCallbackWithRequest } from 'passport-jwt'
import type { TokenCheck } from '../check'
import { type Claims, isNumericDate, jtiOf } from '../claims'
import { TokenError } from '../errors'
import { firstCallOnly, type ReportLate, reason } from './once'

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
  if (await blacklist.isBlacklisted(encoded === undefined ? claims : { ...claims, [jtiClaim]: jti }))
    throw new TokenError('ERR_TOKEN_BLACKLISTED')
}

function checkType(type: unknown, tokenTypes: string[] | undefined): void {
  if (type === undefined) {
    if (tokenTypes) throw new TokenError('ERR_TOKEN_NO_TYPE')
  } else if (!(tokenTypes ?? ACCESS_TYPES).includes(type as string)) throw new TokenError('ERR_TOKEN_WRONG_TYPE')
}

function isClaims(payload: unknown): payload is Claims {
  return typeof payload === 'object' && payload !== null
}

/** That the app's verify found no user, and what it says about it: not an error of ours, whatever it looks like. */
export class NoUser {
  constructor(readonly info: unknown) {}
}

/**
 * Calls the app's verify as passport-jwt would, and also catches what an `async` one rejects with.
 * @param args what comes before `done`: the payload, or the request and the payload
 */
export function callVerify(
  verify: VerifyCallback | VerifyCallbackWithRequest,
  args: unknown[],
  done: VerifiedCallback,
  reportLate: ReportLate,
): void {
  const once = firstCallOnly((error, user?: unknown, info?: unknown) => {
    done(error, user, error || user ? info : new NoUser(info))
  }, reportLate)
  try {
    const returned: unknown = (verify as (...all: unknown[]) => unknown)(...args, once)
    // Not any thenable: to a query builder, `then` is the order to run the query, once more.
    if (isPromise(returned)) returned.then(undefined, (error) => once(reason(error)))
  } catch (error) {
    once(reason(error))
  }
}
