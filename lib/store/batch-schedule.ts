/** How many queries are started at once: while the database works at one, this process makes the other. */
const AT_ONCE = 2
/** Milliseconds after which a query no longer holds the next one up: on a distant database it pays to have some on their way. */
const PATIENCE = 5
/** How many queries may be on their way at once … */
const MAX_RUNNING = 4
/** … not counting those that have taken longer than this, in milliseconds: they hang. */
const HUNG = 250

/**
 * Says when the checks that wait become a query. At once while fewer than two are on their way, and otherwise as soon as one returns:
 * what came meanwhile then shares a query, and the busier the app, the fewer its queries for each check.
 */
export class BatchSchedule {
  readonly #waiting: (() => void)[] = []
  #running = 0
  #holding = 0

  /** @param start begins a query by `run` */
  add(start: () => void): void {
    this.#waiting.push(start)
    this.#next()
  }

  async run<T>(query: () => Promise<T>): Promise<T> {
    const hold = this.#releasing(PATIENCE, () => this.#holding--)
    const place = this.#releasing(HUNG, () => this.#running--)
    try {
      return await query()
    } finally {
      hold()
      place()
    }
  }

  #next(): void {
    if (this.#holding >= AT_ONCE || this.#running >= MAX_RUNNING) return
    const start = this.#waiting.shift()
    if (!start) return
    this.#holding++
    this.#running++
    // Not `nextTick`: requests that came together are read from their sockets one after the other.
    setImmediate(start)
  }

  /** Releases when called, or after so many milliseconds, but once. */
  #releasing(milliseconds: number, release: () => void): () => void {
    let released = false
    const once = () => {
      clearTimeout(timer)
      if (released) return
      released = true
      release()
      this.#next()
    }
    const timer = setTimeout(once, milliseconds)
    return once
  }
}
