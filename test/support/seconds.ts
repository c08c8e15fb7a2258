export const MINUTE = 60
export const DAY = 86_400

/** A NumericDate that many seconds from now. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}
