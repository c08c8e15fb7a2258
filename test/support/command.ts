import { spawn } from 'node:child_process'

export interface Outcome {
  status: number | null
  stdout: string
  stderr: string
}

export interface Surroundings {
  cwd?: string
  /** Added to this process's; `undefined` takes one away. */
  env?: Record<string, string | undefined>
  /** What it reads from standard input. @default nothing */
  input?: string
}

/** Runs a command to its end, without a terminal and without this process's DATABASE_URL. */
export function run(command: string, args: string[], { cwd, env, input }: Surroundings = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, DATABASE_URL: undefined, NODE_ENV: undefined, FORCE_COLOR: undefined, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => {}).end(input)
    const outcome: Outcome = { status: null, stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      outcome.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      outcome.stderr += text
    })
    child.once('error', reject)
    child.once('close', (status) => resolve({ ...outcome, status }))
  })
}

/** As `run`, for a command that must succeed: its output. */
export async function output(command: string, args: string[], surroundings?: Surroundings): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, surroundings)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
  return stdout
}
