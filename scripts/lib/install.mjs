import { existsSync, statSync } from 'node:fs'
import { run } from './run.mjs'

/** Installs the dependencies where they are missing or older than the lock file, which builds `dist/` as well. */
export function ensureInstalled() {
  const installed = 'node_modules/.package-lock.json'
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs) return
  console.log('Installing the dependencies. The SQLite driver may be compiled, which takes a minute or two.')
  run('npm', ['ci', '--no-audit', '--no-fund'])
}
