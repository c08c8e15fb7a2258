import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const ROOT = resolve(__dirname, '../..')

/** An app's folder outside this repository, in which the package and others of its dependencies are installed as links. */
export interface LinkedApp {
  folder: string
  write(file: string, text: string): void
  remove(): void
}

export function makeLinkedApp(dependencies: string[]): LinkedApp {
  const folder = mkdtempSync(join(tmpdir(), 'pjb-app-'))
  const link = (target: string, name: string) => {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
  }
  link(ROOT, 'passport-jwt-blacklist')
  for (const name of dependencies) link(join(ROOT, 'node_modules', name), name)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  return {
    folder,
    write: (file, text) => writeFileSync(join(folder, file), text),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
