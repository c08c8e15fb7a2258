import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = ['lib', 'models', 'migrations', 'seeders', 'tsconfig.json', 'tsconfig.build.json']

/** Whether `dist/` is there, and newer than everything that it is made of. */
export function isBuilt() {
  const built = 'dist/lib/index.js'
  return existsSync(built) && SOURCES.every((source) => newest(source) <= statSync(built).mtimeMs)
}

/** When something in there changed. A file that was removed changes its folder. */
function newest(path) {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}
