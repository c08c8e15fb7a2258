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

/** A moment that is still to come, or the duration until then. */
export function moment(text: string): Date {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return new Date(Date.now() + positiveDuration(text) * 1000)
  const date = new Date(text)
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('It must be a date such as 2030-12-31, or a duration such as 7d.')
  if (date.getTime() <= Date.now()) throw new InvalidArgumentError('It is over. The flush would delete what expired by then.')
  return date
}

function lasting(text: string, least: number): number {
  try {
    return seconds('It', /^\d+(\.\d+)?$/.test(text) ? Number(text) : text, least)
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`)
  }
}
