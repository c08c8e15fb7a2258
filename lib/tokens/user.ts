import { createHash } from 'node:crypto'
import { type Claims, isStorable, userIdOf } from '../claims'
import { TokenError } from '../errors'
import type { Settings } from '../options'
import { isActive } from '../users'

/**
 * What a token for this user says of it.
 * @throws TypeError where the user has no usable id
 */
export function claimsOfUser(settings: Settings, user: object): Claims {
  const { userIdField, userIdClaim, checkRevokeToken, revokeTokenClaim } = settings
  const id = toUserId(propertyOf(user, userIdField), `user.${userIdField}`)
  return { [userIdClaim]: id, ...(checkRevokeToken && { [revokeTokenClaim]: passwordDigest(settings, user) }) }
}

/**
 * Asks the app again for the user of a token that is to be refreshed, where it gave `findUser`.
 * @throws TokenError ERR_NO_ACTIVE_ACCOUNT where there is none, or it may not log in; ERR_USER_PASSWORD_CHANGED
 */
export async function assertActiveUser(settings: Settings, claims: Claims): Promise<void> {
  const { findUser, userIdClaim, userAuthenticationRule } = settings
  const id = userIdOf(claims[userIdClaim])
  if (!findUser || id === null) return
  const user = await findUser(id, claims)
  if (!user || !(await userAuthenticationRule(user))) throw new TokenError('ERR_NO_ACTIVE_ACCOUNT')
  assertSamePassword(settings, claims, user)
}

/**
 * The user to whom a token grants access.
 * @throws TokenError ERR_TOKEN_NO_USER, ERR_USER_NOT_FOUND, ERR_USER_INACTIVE, ERR_USER_PASSWORD_CHANGED
 */
export async function userOfToken(settings: Settings, claims: Claims): Promise<object> {
  const { findUser, userIdClaim, checkUserIsActive, tokenUserClass } = settings
  const id = userIdOf(claims[userIdClaim])
  if (id === null) throw new TokenError('ERR_TOKEN_NO_USER')
  if (!findUser) return new tokenUserClass(claims, id)
  const user = await findUser(id, claims)
  if (!user) throw new TokenError('ERR_USER_NOT_FOUND')
  if (checkUserIsActive && !isActive(user)) throw new TokenError('ERR_USER_INACTIVE')
  assertSamePassword(settings, claims, user)
  return user
}

function assertSamePassword(settings: Settings, claims: Claims, user: object): void {
  const { checkRevokeToken, revokeTokenClaim } = settings
  if (checkRevokeToken && claims[revokeTokenClaim] !== passwordDigest(settings, user)) {
    throw new TokenError('ERR_USER_PASSWORD_CHANGED')
  }
}

/** MD5 in upper-case hex, as Simple JWT writes it, of what is a hash already. */
function passwordDigest({ passwordField }: Settings, user: object): string {
  const hash = propertyOf(user, passwordField)
  if (typeof hash === 'string') return createHash('md5').update(hash).digest('hex').toUpperCase()
  throw new TypeError(`user.${passwordField} must be the hash of the user's password, a string, since checkRevokeToken is set`)
}

function propertyOf(user: object, name: string): unknown {
  return (user as Record<string, unknown> | null)?.[name]
}

/** @throws TypeError for an id that no column could hold, or that would mean somebody else there */
export function toUserId(id: unknown, name: string): string {
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : typeof id === 'bigint' ? String(id) : id
  if (isStorable(text)) return text
  throw new TypeError(
    `${name} must be a string of 1 to 255 characters without white space around it, or an integer; got ${id === null ? 'null' : typeof id}`,
  )
}
