/** Takes an error that came after its request was decided. */
export type ReportLate = (error: unknown) => void

/** A callback of which the first call counts. A later one cannot change the outcome, but its error is not lost. */
export function firstCallOnly<Rest extends unknown[]>(
  callback: (error: unknown, ...rest: Rest) => void,
  reportLate: ReportLate,
): (error: unknown, ...rest: Rest) => void {
  let called = false
  return (error, ...rest) => {
    if (called) {
      if (error) reportLate(error)
      return
    }
    called = true
    callback(error, ...rest)
  }
}

/** What was thrown, or rejected with. Never falsy: `next(undefined)` would let the request pass. */
export function reason(thrown: unknown): unknown {
  return thrown || new Error('Something failed without saying why', { cause: thrown })
}
