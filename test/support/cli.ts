import { join } from 'node:path'
import { type Outcome, run, type Surroundings } from './command'
import { ROOT } from './linked-app'

export const MAIN = join(ROOT, 'dist/lib/cli/main.js')

/** Runs the package's command, as it is built, to its end. */
export function cli(args: string[], surroundings?: Surroundings): Promise<Outcome> {
  return run(process.execPath, [MAIN, ...args], surroundings)
}

/** As `cli`, with `--json`: what it answers. Nothing else may be on its outputs. */
export async function cliJson(args: string[], surroundings?: Surroundings) {
  const { status, stdout, stderr } = await cli([...args, '--json'], surroundings)
  if (stderr !== '' || !/^\{.*\}\n$/.test(stdout)) throw new Error(`It is not one line of JSON:\n${stdout}\n${stderr}`)
  return { status, answer: JSON.parse(stdout) }
}
