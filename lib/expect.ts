import ms from 'ms'

/** A number of seconds, or a string with a unit such as `'5m'` or `'14 days'` (what jsonwebtoken takes for `expiresIn`). */
export type Duration = number | string

/** A thousand years: dates further away than that are beyond what databases hold. */
const LONGEST = 31_557_600_000

/**
 * @param least the smallest value, in seconds, that makes sense
 * @param most the largest
 * @throws TypeError that names the option
 */
export function seconds(option: string, value: Duration, least: number, most = LONGEST): number {
  const parsed = typeof value === 'string' ? fromString(value) : value
  expect(
    // NaN is neither.
    typeof parsed === 'number' && parsed >= least && parsed <= most,
    option,
    `a number of seconds or a string such as '5m', at least ${least} s and at most ${most} s`,
    value,
  )
  return parsed
}

function fromString(value: string): number {
  // jsonwebtoken and ms read '120' as milliseconds; nobody who writes it means that.
  if (!/[a-z]\s*$/i.test(value)) return Number.NaN
  return (ms(value as ms.StringValue) ?? Number.NaN) / 1000
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

/** @throws TypeError that names the option, says what was expected and what came */
export function expect(holds: boolean, option: string, expected: string, came: unknown): asserts holds {
  if (!holds) throw new TypeError(`${option} must be ${expected}; got ${describe(came)}`)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value !== 'object') return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}
