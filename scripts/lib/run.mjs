import { spawnSync } from 'node:child_process'

/** Runs a command with this process's terminal; ends this process with its status where it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0))
}

/** Runs a Node program of this project or of a dependency. */
export function runNode(args, options) {
  run(process.execPath, args, options)
}
