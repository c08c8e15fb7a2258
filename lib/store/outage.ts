/** Milliseconds. A database that answers for no longer than that, between two failures, was out of reach all the while … */
const PAUSE = 10_000
/** … until its pauses are this long together: what fails now and then is no outage. */
const PAUSES = 60_000

/**
 * When the database was last out of reach, as this process saw it. What was rotated then may never have reached its client, who
 * was answered 503 and comes back as `Retry-After` says.
 */
export class Outage {
  #from: number | undefined
  #last = Number.NEGATIVE_INFINITY
  #isOver = true
  #answered = Number.NEGATIVE_INFINITY
  #pauses = 0

  /** @param since when the operation that failed began, by `performance.now()` */
  failed(since: number): void {
    if (this.#isOver) {
      // What began to wait while others were answered tells of no outage until the last of these.
      const pause = Math.max(since, this.#answered) - this.#last
      const goesOn = pause <= PAUSE && this.#pauses + pause <= PAUSES
      this.#pauses = goesOn ? this.#pauses + pause : 0
      if (!goesOn) this.#from = since
    }
    this.#isOver = false
    this.#last = performance.now()
  }

  succeeded(): void {
    this.#isOver = true
    this.#answered = performance.now()
  }

  /**
   * When it began, for a request that came at this moment; both by `performance.now()`. Undefined where there was none, or nobody has
   * been told to come back for more than these seconds: that a process had nothing to do since does not make its outage longer.
   */
  before(request: number, seconds: number): number | undefined {
    return request - this.#last > seconds * 1000 ? undefined : this.#from
  }
}
