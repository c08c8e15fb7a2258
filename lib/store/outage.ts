/**
 * When the database was last out of reach, as this process saw it. What was rotated then may never have reached its client, who
 * was answered 503 and comes back as `Retry-After` says.
 */
export class Outage {
  #from: number | undefined
  #to: number | undefined

  /** @param since when the operation that failed began, by `performance.now()` */
  failed(since: number): void {
    if (this.#from !== undefined && this.#to === undefined) return
    this.#from = since
    this.#to = undefined
  }

  succeeded(): void {
    if (this.#from !== undefined) this.#to ??= performance.now()
  }

  /** When it began, by `performance.now()`; undefined where there was none, or it ended longer ago than these seconds. */
  within(seconds: number): number | undefined {
    if (this.#to !== undefined && performance.now() - this.#to > seconds * 1000) return undefined
    return this.#from
  }
}
