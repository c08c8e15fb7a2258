import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program that runs until it is told to end. */
export interface Running {
  /** Waits until its output matches, and fails where it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  signal(signal: NodeJS.Signals): void
  /** Whether it has not ended yet. */
  runs(): boolean
  /** Sends the signal, and waits for the end: the exit code, or null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export function start(
  command: string,
  args: string[],
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): Running {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close') as Promise<[number | null]>
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  }
  return {
    says: (pattern) =>
      new Promise((found, fail) => {
        const look = () => {
          const match = pattern.exec(output)
          if (match) found(match)
        }
        listeners.add(look)
        look()
        ended.then(() => fail(new Error(`It ended without saying ${pattern}:\n${output}`)), fail)
      }),
    signal: (signal) => {
      child.kill(signal)
    },
    runs: () => child.exitCode === null && child.signalCode === null,
    end: async (signal) => {
      child.kill(signal)
      return (await ended)[0]
    },
  }
}
