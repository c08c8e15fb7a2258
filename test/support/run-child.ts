import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(__dirname, '../..')

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program of `test/support/children`, which uses the built package, to its end. */
export function runChild(name: string, args: string[] = [], env: NodeJS.ProcessEnv = {}, seconds?: number): Promise<Ended> {
  return runNode([join(ROOT, 'test/support/children', name), ...args], env, seconds)
}

/** Runs the package's command to its end. */
export function runCommand(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return runNode([join(ROOT, 'dist/lib/cli/main.js'), ...args], env)
}

async function runNode(args: string[], env: NodeJS.ProcessEnv, seconds = 45): Promise<Ended> {
  if (!existsSync(join(ROOT, 'dist/lib/index.js'))) throw new Error('The package is not built: npm run build')
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    ended.stdout += data
  })
  child.stderr.on('data', (data) => {
    ended.stderr += data
  })
  // Far more than any of them takes: one that does not end by itself fails its test.
  const deadline = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
  ended.code = await new Promise((done, fail) => child.once('close', done).once('error', fail))
  clearTimeout(deadline)
  return ended
}
