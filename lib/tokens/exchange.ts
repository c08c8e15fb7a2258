import { TokenError } from '../errors'
import type { AccessToken } from './access-token'
import type { RefreshToken, RefreshTokenClass } from './refresh-token'
import type { SlidingToken } from './sliding-token'
import { decodeAs, type TokenClass, type WriteOptions } from './token'
import { assertActiveUser } from './user'

/** Encoded tokens, as the routes answer with. */
export interface TokenPair {
  access: string
  refresh: string
}

/** What a refresh gives: the refresh token only where it rotates. */
export interface RefreshedPair {
  access: string
  refresh?: string
}

/** A sliding token, as the routes answer with. */
export interface EncodedSlidingToken {
  token: string
}

/**
 * Exchanges a refresh token for an access token, and with `rotateRefreshTokens` for its successor as well.
 * @throws TokenError where the token is refused, or its user may not log in any more
 * @throws BlacklistUnavailableError where nobody can tell
 */
export async function refreshTokens<T extends RefreshToken>(
  refreshTokenClass: RefreshTokenClass<T>,
  encoded: string,
  options?: WriteOptions,
): Promise<{ access: AccessToken; refresh: T | undefined }> {
  const since = performance.now()
  const token = await decodeAs(refreshTokenClass, encoded)
  const { settings } = refreshTokenClass.context
  await assertActiveUser(settings, token.claims).catch(async (error: unknown) => {
    // Of a token that is blacklisted as well, Simple JWT tells that.
    if (error instanceof TokenError) await token.assertNotBlacklisted()
    throw error
  })
  const { rotateRefreshTokens, blacklistAfterRotation } = settings
  const rotates = rotateRefreshTokens && blacklistAfterRotation
  const refresh = rotates ? await token.rotate(since, options) : await renewed(token, rotateRefreshTokens, options)
  return { access: token.accessToken, refresh }
}

/** As `refreshTokens`, encoded. */
export async function refreshPair(
  refreshTokenClass: RefreshTokenClass<RefreshToken>,
  encoded: string,
  options?: WriteOptions,
): Promise<RefreshedPair> {
  const { access, refresh } = await refreshTokens(refreshTokenClass, encoded, options)
  return { access: String(access), ...(refresh && { refresh: String(refresh) }) }
}

/**
 * Exchanges a sliding token for a copy that expires later.
 * @throws as `refreshPair`
 */
export async function refreshSliding(
  slidingTokenClass: TokenClass<SlidingToken>,
  encoded: string,
  options?: WriteOptions,
): Promise<EncodedSlidingToken> {
  const token = await decodeAs(slidingTokenClass, encoded)
  await token.assertNotBlacklisted()
  await assertActiveUser(slidingTokenClass.context.settings, token.claims)
  return { token: String(await token.refresh(options)) }
}

/** Without blacklisting after rotation the old token lives on, beside those that it gave. */
async function renewed<T extends RefreshToken>(token: T, rotate: boolean, options?: WriteOptions): Promise<T | undefined> {
  await token.assertNotBlacklisted()
  const { announce } = token.context
  const sibling = rotate ? token.sibling() : undefined
  await (sibling ? sibling.outstand(options) : token.prolongSession(options))
  announce('refreshed', { ...token.subject, repeated: false })
  return sibling
}
