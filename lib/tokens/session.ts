import { type Claims, dateOf, isNumericDate, sidOf, userIdOf } from '../claims'
import type { Settings } from '../options'
import type { OutstandingRow } from '../store/outstanding'

/** Ends a session, refreshed or not; a NumericDate. */
const SESSION_EXP = 'session_exp'

/** What makes the tokens of a login one session. */
export function sessionClaims({ sessions, sessionLifetime }: Settings, chain: string, iat: number): Claims {
  if (!sessions) return {}
  return { sid: chain, ...(sessionLifetime !== undefined && { [SESSION_EXP]: iat + sessionLifetime }) }
}

/** The expiry of a token with these claims, which does not outlive its session. Seconds since the epoch. */
export function boundBySession(claims: Claims, exp: number): number {
  const end = claims[SESSION_EXP]
  return isNumericDate(end) ? Math.min(exp, end) : exp
}

/**
 * The row of a refresh token's session; null where it has none. It lasts as long as the last access token that this refresh
 * token, or one issued now, could still give.
 * @param times `now` in seconds since the epoch; the lifetime in seconds
 */
export function sessionRowOf(
  settings: Settings,
  claims: Claims,
  { now, accessTokenLifetime }: { now: number; accessTokenLifetime: number },
): OutstandingRow | null {
  const { exp, iat } = claims
  const sid = sidOf(claims)
  if (sid === null) return null
  const { userIdClaim, refreshTokenLifetime, leeway } = settings
  const youngest = Math.max(isNumericDate(exp) ? exp : 0, now + refreshTokenLifetime)
  const last = boundBySession(claims, youngest + leeway + accessTokenLifetime)
  return {
    jti: sid,
    userId: userIdOf(claims[userIdClaim]),
    token: null,
    createdAt: isNumericDate(iat) ? dateOf(iat) : null,
    expiresAt: dateOf(last + leeway),
  }
}
