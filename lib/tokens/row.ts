import { type Claims, dateOf, isNumericDate, jtiOf, userIdOf } from '../claims'
import { TokenError } from '../errors'
import type { Settings } from '../options'
import type { OutstandingRow } from '../store/outstanding'

/**
 * The outstanding row of a token.
 * @param encoded the token itself, where it is at hand
 * @throws TokenError ERR_TOKEN_NO_JTI, ERR_TOKEN_NO_EXP
 */
export function rowOf(settings: Settings, claims: Claims, encoded?: string): OutstandingRow {
  return {
    jti: jtiOf(claims, settings.jtiClaim, encoded),
    userId: userIdOf(claims[settings.userIdClaim]),
    token: settings.storeTokens && encoded !== undefined ? encoded : null,
    createdAt: isNumericDate(claims.iat) ? dateOf(claims.iat) : null,
    expiresAt: dateOf(lastMoment(settings, claims)),
  }
}

/** A sliding token keeps its jti when it is refreshed, which it can be until `refresh_exp`, give or take the leeway. */
function lastMoment(settings: Settings, claims: Claims): number {
  const { exp } = claims
  if (!isNumericDate(exp)) throw new TokenError('ERR_TOKEN_NO_EXP')
  const refreshExp = claims[settings.slidingTokenRefreshExpClaim]
  return isNumericDate(refreshExp) ? Math.max(exp, refreshExp + settings.leeway + settings.slidingTokenLifetime) : exp
}
