import { CliError } from './errors'
import { masked } from './masked'

/** 0: done. 1: it failed, or `doctor` found something. 2: a flush ended early, and rows remain. */
export type ExitStatus = 0 | 1 | 2

/** Makes a command's work its action: what it returns is the status with which the process ends. */
export function ending<Args extends unknown[]>(work: (...args: Args) => Promise<ExitStatus> | ExitStatus) {
  return async (...args: Args): Promise<void> => {
    // Until it is known: a process that runs out of things to wait for has not done its work.
    process.exitCode = 1
    process.exitCode = await work(...args)
  }
}

/** Whether the answer is to be JSON; asked of the arguments, since an error may come before they are understood. */
export function wantsJson(): boolean {
  return process.argv.includes('--json')
}

/** Prints the answer: one line of JSON, or text for people. */
export function answer(value: object, lines: string[]): void {
  console.log(wantsJson() ? json(value) : lines.join('\n'))
}

/** JSON has the control characters of ASCII escaped, but not those beyond, which steer terminals too. */
function json(value: object): string {
  return JSON.stringify(value).replaceAll(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
}

/** Tells what is going on, beside the answer. */
export function tell(line: string): void {
  if (!wantsJson()) console.error(line)
}

/** With `--json` an error is the answer, so that standard output is JSON whatever happens. */
export function answerError(error: unknown): void {
  const message = messageOf(error)
  if (wantsJson()) console.log(json({ error: { code: codeOf(error), message } }))
  else console.error(message)
}

/** Without what is secret in it. */
export function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message
  return masked(error instanceof Error ? error.message : String(error))
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code.startsWith('ERR_') ? code : 'ERR_CLI_FAILED'
}
