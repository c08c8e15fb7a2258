import type { Settings } from './options'

/**
 * How long an expired row is kept, in seconds. Django gives a sliding token's row the expiry of the first copy, and does not say which
 * rows are sliding tokens'.
 */
export function flushMarginOf(settings: Settings): number {
  const { flushMargin, djangoTables, slidingTokenRefreshLifetime, slidingTokenLifetime, leeway } = settings
  return djangoTables ? flushMargin + slidingTokenRefreshLifetime + slidingTokenLifetime + leeway : flushMargin
}
