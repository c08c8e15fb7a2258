/** What was looked at, in this order. */
export type Check = 'database' | 'tables' | 'indexes' | 'collation' | 'migrations' | 'clock' | 'flush' | 'key'

export interface Finding {
  check: Check
  /** `skipped`: it could not be looked at, or there was nothing to look at. */
  state: 'ok' | 'wrong' | 'skipped'
  message: string
  /** What to do about it; null where nothing is wrong. */
  advice: string | null
}

export function ok(check: Check, message: string): Finding {
  return { check, state: 'ok', message, advice: null }
}

export function wrong(check: Check, message: string, advice: string): Finding {
  return { check, state: 'wrong', message, advice }
}

export function skipped(check: Check, message: string): Finding {
  return { check, state: 'skipped', message, advice: null }
}
