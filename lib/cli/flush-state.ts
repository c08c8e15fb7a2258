import { LATE_FLUSH } from '../flush-margin'
import { dated, lasting } from './words'

/** What the tables tell about the flush, whichever process does it. */
export interface FlushState {
  /** `late`: it has had more than two days for what it has not done. */
  state: 'fine' | 'late'
  /** Since when the oldest row that is to be deleted has been owed its flush; null where there is none. */
  owedSince: Date | null
}

/**
 * @param oldestExpired when the oldest of the rows that a flush would delete expired
 * @param margin in seconds
 */
export function flushStateOf(oldestExpired: Date | null, margin: number): FlushState {
  const owedSince = oldestExpired && new Date(oldestExpired.getTime() + margin * 1000)
  return { state: owedSince && secondsSince(owedSince) > LATE_FLUSH ? 'late' : 'fine', owedSince }
}

export function flushSentence({ state, owedSince }: FlushState): string {
  if (!owedSince) return 'nothing has to be deleted'
  const since = `for ${lasting(secondsSince(owedSince))}, since ${dated(owedSince)}`
  return state === 'fine'
    ? `the oldest row has waited for it ${since}`
    : `it is not running: the oldest row has waited for it ${since}`
}

export const FLUSH_ADVICE =
  'Delete them: npx passport-jwt-blacklist flush. Then see that an app with a TokenBlacklist and without flushSchedule: false ' +
  'is up at 03:00 UTC and logs no error, or have cron run that command daily.'

function secondsSince(date: Date): number {
  return (Date.now() - date.getTime()) / 1000
}
