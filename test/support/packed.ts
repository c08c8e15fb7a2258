import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Outcome, output, run } from './command'

const ROOT = resolve(__dirname, '../..')

/** What an app installs by itself, taken from this repository: sqlite3 may take minutes to compile. */
const OF_THE_APP = ['passport', 'sequelize', 'sequelize-cli', 'sqlite3', 'mysql2', 'pg', 'typescript']

export interface App {
  folder: string
  npx(args: string[], env?: Record<string, string>): Promise<Outcome>
  /** What `npx` would run, without the time that npx takes. */
  command(args: string[], env?: Record<string, string>): Promise<Outcome>
  node(args: string[]): Promise<Outcome>
  write(file: string, text: string): void
  /** The names of the files in a folder of the app's. */
  list(folder: string): string[]
}

export interface Packed {
  tarball: string
  /** The paths in the tarball. */
  files: string[]
  makeApp(type?: 'commonjs' | 'module'): App
}

/** The package as it would be published, from what `npm run build` made, installed in apps outside this repository. */
export function usePackedPackage(): Packed {
  const base = mkdtempSync(join(tmpdir(), 'pjb-packed-'))
  const packed = { makeApp } as Packed
  let apps = 0

  beforeAll(async () => {
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', base]
    const [made] = JSON.parse(await output('npm', pack, { cwd: ROOT }))
    packed.tarball = join(base, made.filename)
    packed.files = made.files.map(({ path }: { path: string }) => path)
    writeFileSync(join(base, 'package.json'), '{ "private": true }')
    const quick = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    await output('npm', ['install', packed.tarball, '--legacy-peer-deps', ...quick], { cwd: base })
    for (const name of OF_THE_APP) link(name)
    // One copy of Node's types: those of sequelize bring this repository's.
    rmSync(join(base, 'node_modules/@types/node'), { recursive: true })
    link('@types/node')
    symlinkSync('../sequelize-cli/lib/sequelize', join(base, 'node_modules/.bin/sequelize'))
    symlinkSync('../typescript/bin/tsc', join(base, 'node_modules/.bin/tsc'))
  })
  afterAll(() => rmSync(base, { recursive: true, force: true }))

  function link(name: string): void {
    symlinkSync(join(ROOT, 'node_modules', name), join(base, 'node_modules', name))
  }

  function makeApp(type: 'commonjs' | 'module' = 'commonjs'): App {
    apps += 1
    const folder = join(base, `app-${apps}`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }))
    symlinkSync(join(base, 'node_modules'), join(folder, 'node_modules'))
    return {
      folder,
      npx: (args, env = {}) => run('npx', ['--no-install', ...args], { cwd: folder, env }),
      command: ([name = '', ...args], env = {}) =>
        run(process.execPath, [join(folder, 'node_modules/.bin', name), ...args], { cwd: folder, env }),
      node: (args) => run(process.execPath, args, { cwd: folder }),
      write: (file, text) => writeFileSync(join(folder, file), text),
      list: (name) => readdirSync(join(folder, name)).sort(),
    }
  }

  return packed
}
