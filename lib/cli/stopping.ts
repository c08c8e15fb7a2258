import { tell } from './output'

/** Why a command ended before its work was done. */
export type StopReason = 'max-seconds' | 'SIGINT' | 'SIGTERM'

export interface Stopping {
  signal: AbortSignal
  /** Undefined as long as nobody asked for it. */
  readonly reason: StopReason | undefined
  /** Signals end the process again, as they do by themselves. */
  release(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** npx hands on a signal that the terminal has sent to everybody: within this time, it is the same one. Milliseconds. */
const SAME_SIGNAL = 500

/** Asks for an end between two steps: at the first signal, or when the time is up. The second signal ends the process at once. */
export function stopping(maxSeconds: number | undefined): Stopping {
  const controller = new AbortController()
  let reason: StopReason | undefined
  const stop = (why: StopReason) => {
    reason ??= why
    controller.abort()
  }
  const timer = maxSeconds === undefined ? undefined : setTimeout(stop, maxSeconds * 1000, 'max-seconds')
  let asked = false
  const onSignal = (signal: (typeof SIGNALS)[number]) => {
    if (asked) return
    asked = true
    // Below the progress bar.
    tell(`${process.stderr.isTTY ? '\n' : ''}Stopping after this batch; once more to stop at once.`)
    stop(signal)
    setTimeout(release, SAME_SIGNAL).unref()
  }
  const release = () => {
    clearTimeout(timer)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return {
    signal: controller.signal,
    get reason() {
      return reason
    },
    release,
  }
}
