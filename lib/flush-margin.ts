import type { Settings } from './options'

/** Seconds after which a row that is still to be deleted tells that the flush is not running: it is daily, and has a day to spare. */
export const LATE_FLUSH = 2 * 86_400

/**
 * How long an expired row is kept, in seconds. Django gives a sliding token's row the expiry of the first copy, and does not say which
 * rows are sliding tokens'.
 */
export function flushMarginOf(settings: Settings): number {
  const { flushMargin, djangoTables, slidingTokenRefreshLifetime, slidingTokenLifetime, leeway } = settings
  return djangoTables ? flushMargin + slidingTokenRefreshLifetime + slidingTokenLifetime + leeway : flushMargin
}
