import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program on a terminal of its own. */
export interface OnTerminal {
  /** Waits until what it showed matches, and fails where it ends before. */
  shows(pattern: RegExp): Promise<void>
  /** Presses keys: `\x03` is Ctrl-C. */
  press(keys: string): void
  /** Its end: the exit status, more than 128 where a signal ended it; and all that it showed. */
  ended: Promise<{ status: number | null; screen: string }>
}

/** By util-linux's `script`, which every Debian has. */
export function onTerminal(command: string[], { cwd, env }: { cwd?: string; env?: Record<string, string> } = {}): OnTerminal {
  const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', `exec ${line}`, '/dev/null'], {
    cwd,
    env: { ...process.env, DATABASE_URL: undefined, NODE_ENV: undefined, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let screen = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      screen += text
      for (const listener of listeners) listener()
    })
  }
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, screen }))
  return {
    shows: (pattern) =>
      new Promise((found, fail) => {
        const look = () => pattern.test(screen) && found()
        listeners.add(look)
        look()
        ended.then(() => fail(new Error(`It ended without showing ${pattern}:\n${screen}`)), fail)
      }),
    press: (keys) => child.stdin.write(keys),
    ended,
  }
}
