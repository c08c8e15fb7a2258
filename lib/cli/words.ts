import type { CappedCount } from '../store/listing/types'

/** What a token or the database says, on one line, and without what would steer a terminal or turn the text around. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** An argument as it is to be typed into a shell. */
export function argument(text: string): string {
  const dashes = text.startsWith('-') ? '-- ' : ''
  return dashes + (/^[\w.:-]+$/.test(text) ? text : `'${visible(text).replaceAll("'", "'\\''")}'`)
}

/** `1 token`, `2,000 tokens`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${count === 1 ? noun : `${noun}s`}`
}

/** `2,000`, or `10,000 or more`. */
export function capped({ count, capped }: CappedCount): string {
  return `${grouped(count)}${capped ? ' or more' : ''}`
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

const UNITS: [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

/** In the largest unit that fits: `3 days`. */
export function lasting(seconds: number): string {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit) ?? [1, 'second']
  return counted(Math.floor(seconds / size), name)
}

/** A moment as people read it, in UTC: `2030-12-31 12:00:00 UTC`. */
export function dated(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `3.1 MB`. */
export function bytes(size: number): string {
  const unit = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(size, 1)) / 3)))
  return `${(size / 1000 ** unit).toFixed(unit === 0 ? 0 : 1)} ${['B', 'kB', 'MB', 'GB', 'TB'][unit]}`
}
