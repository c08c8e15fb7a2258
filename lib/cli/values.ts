import { InvalidArgumentError } from 'commander'
import { seconds } from '../expect'

export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.')
  return value
}

/** `30`: seconds. `1d`, `12h`: what the app's options take. @returns seconds */
export function duration(text: string): number {
  return lasting(text, 0)
}

/** A duration that is not nothing. @returns seconds */
export function positiveDuration(text: string): number {
  return lasting(text, 0.001)
}

/** A moment to come, or the duration until then. */
export function moment(text: string): Date {
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Date.now() + durationIn(text) * 1000)
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('It must be a date such as 2030-12-31, or a duration such as 7d.')
  if (date.getTime() <= Date.now()) throw new InvalidArgumentError('It is over: such a token is refused anyway.')
  return date
}

/** In seconds; NaN where it is none. */
function durationIn(text: string): number {
  try {
    return positiveDuration(text)
  } catch {
    return Number.NaN
  }
}

function lasting(text: string, least: number): number {
  try {
    return seconds('It', /^\d+(\.\d+)?$/.test(text) ? Number(text) : text, least)
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`)
  }
}
