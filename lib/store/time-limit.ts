import { BlacklistUnavailableError } from '../errors'

/** One deadline for all the steps of one operation. */
export class TimeLimit {
  readonly #expiry: Promise<never>
  readonly #timer: NodeJS.Timeout
  #expired = false

  constructor(seconds: number) {
    const { promise, reject } = withReject()
    this.#expiry = promise
    this.#timer = setTimeout(() => {
      this.#expired = true
      reject(new BlacklistUnavailableError(`The database did not answer within ${seconds} s (checkTimeout)`))
    }, seconds * 1000)
  }

  get expired(): boolean {
    return this.#expired
  }

  /**
   * The promise's outcome, or a rejection when the time is up. The promise then goes on: whoever started it cleans up.
   * @throws BlacklistUnavailableError
   */
  race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#expiry])
  }

  /** Ends the timer; a process is not kept alive by an operation that is over. */
  clear(): void {
    clearTimeout(this.#timer)
  }
}

function withReject(): { promise: Promise<never>; reject: (reason: Error) => void } {
  let reject!: (reason: Error) => void
  const promise = new Promise<never>((_, rejecter) => {
    reject = rejecter
  })
  // The time may be up when nobody races it: between two steps.
  promise.catch(() => {})
  return { promise, reject }
}
