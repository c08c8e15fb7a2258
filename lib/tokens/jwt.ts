import jwt from 'jsonwebtoken'
import { type Claims, isNumericDate } from '../claims'
import { codeOf, TokenError } from '../errors'
import type { TokenContext } from './context'

/** Seconds since the epoch. */
export function nowOf({ settings }: TokenContext): number {
  return Math.floor(settings.clock() / 1000)
}

/** @throws TypeError where there is only a verifying key */
export function sign({ keys, settings }: TokenContext, claims: Claims): string {
  if (!keys.signingKey) throw new TypeError('signingKey is required to issue tokens; this TokenBlacklist has only a verifyingKey')
  const { algorithm } = settings
  // As text, since jsonwebtoken changes the iat of an object, and throws at a claim that is named as a method of every object is.
  return jwt.sign(JSON.stringify(claims), keys.signingKey, { algorithm, header: { alg: algorithm, typ: 'JWT' } })
}

/**
 * Checks what can be checked without the database: signature, algorithm, `exp` (required), `nbf`, issuer and audience.
 * @throws TokenError
 */
export function decode(context: TokenContext, encoded: string): Claims {
  const { settings, keys } = context
  let claims: Claims | string
  try {
    claims = jwt.verify(encoded, keys.verifyingKey, {
      algorithms: [settings.algorithm],
      issuer: settings.issuer,
      audience: settings.audience as string | [string, ...string[]] | undefined,
      clockTolerance: settings.leeway,
      clockTimestamp: nowOf(context),
    })
  } catch (cause) {
    throw new TokenError(codeOf(cause) ?? 'ERR_TOKEN_INVALID', { cause })
  }
  if (typeof claims === 'string') throw new TokenError('ERR_TOKEN_INVALID')
  if (!isNumericDate(claims.exp)) throw new TokenError('ERR_TOKEN_NO_EXP')
  return claims
}
