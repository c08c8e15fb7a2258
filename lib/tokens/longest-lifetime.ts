import type { Settings } from '../options'

/**
 * How long, in seconds, a token of which nothing is known could still be accepted, if it was issued now with the lifetimes of the
 * settings: a session's id too, whose row guards the access token that its refresh token could give in the end.
 */
export function longestLifetime(settings: Settings): number {
  const { accessTokenLifetime, refreshTokenLifetime, slidingTokenLifetime, slidingTokenRefreshLifetime, leeway } = settings
  const session = refreshTokenLifetime + leeway + accessTokenLifetime
  const sliding = slidingTokenRefreshLifetime + leeway + slidingTokenLifetime
  return Math.max(session, sliding) + leeway
}
