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

/** A moment to come, in UTC where it names no other zone, or the duration until then. */
export function moment(text: string): Date {
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? dateIn(text) : new Date(Date.now() + durationIn(text) * 1000)
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('It must be a date such as 2030-12-31, or a duration such as 7d.')
  if (date.getTime() <= Date.now()) throw new InvalidArgumentError('It is over: such a token is refused anyway.')
  return date
}

/** An invalid one for what is none: JavaScript takes 31 February for 3 March. */
function dateIn(text: string): Date {
  const [, day = '', time = '', zone = 'Z'] = /^(\d{4}-\d{2}-\d{2})([T ].*?)?(Z|[+-]\d{2}:?\d{2})?$/i.exec(text) ?? []
  const isDay = new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8))
  return new Date(isDay ? (time === '' ? day : `${day}${time}${zone}`) : Number.NaN)
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
