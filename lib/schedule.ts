import { createTask, validate } from 'node-cron'

/** At most this much later than the schedule says, so that the processes of an app do not all flush in the same second. */
const MAX_RANDOM_DELAY = 15 * 60_000

export interface Schedule {
  /** When it runs next at the earliest; it may be up to 15 minutes later. */
  next(): Date | undefined
  stop(): Promise<void>
}

/** @throws TypeError */
export function checkSchedule(expression: string): void {
  if (!validate(expression)) {
    throw new TypeError(
      `flushSchedule must be a cron expression such as '0 3 * * *', or false; got ${JSON.stringify(expression)}`,
    )
  }
}

/**
 * Runs the job by a cron expression in UTC, never twice at once, and without keeping the process alive.
 * @param job must not reject: nobody is there to hear of it
 */
export function startSchedule(expression: string, job: () => Promise<void>): Schedule {
  const options = { timezone: 'Etc/UTC', noOverlap: true, unref: true, suppressMissedWarning: true }
  const delay = Math.min(MAX_RANDOM_DELAY, interval(expression) / 2)
  const task = createTask(expression, job, { ...options, maxRandomDelay: Math.floor(delay) })
  task.start()
  return {
    next: () => task.getNextRun() ?? undefined,
    async stop() {
      await task.destroy()
    },
  }
}

/** Milliseconds between two runs: a delay must not reach into the next one. */
function interval(expression: string): number {
  const task = createTask(expression, () => {}, { timezone: 'Etc/UTC' })
  const [first, second] = task.getNextRuns(2)
  // node-cron keeps every task that was made until it is destroyed.
  task.destroy()
  return first && second ? second.getTime() - first.getTime() : MAX_RANDOM_DELAY
}
