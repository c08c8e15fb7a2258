import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, parse, relative, resolve } from 'node:path'
import { Command } from 'commander'
import type { TableNames } from '../options'
import { tableNamesOf, withTableOptions } from './table-options'

const PACKAGE = 'passport-jwt-blacklist'

interface InitArguments extends TableNames {
  migrationsPath?: string
}

export function initCommand(): Command {
  const command = new Command('init')
    .description("Publish the two migrations into the app's own migrations folder, for `sequelize db:migrate`.")
    .option('--migrations-path <folder>', 'the folder; default: what .sequelizerc says, else ./migrations')
  return withTableOptions(command).action(runInit)
}

function runInit(options: InitArguments): void {
  const folder = resolve(options.migrationsPath ?? configuredFolder() ?? 'migrations')
  mkdirSync(folder, { recursive: true })
  const extension = isEsm(folder) ? '.cjs' : '.js'
  for (const name of migrationNames()) {
    const existing = readdirSync(folder).find((file) => parse(file).name.endsWith(name.replace(/^\d+/, '')))
    if (existing) {
      console.log(`Already there: ${shown(folder, existing)}`)
      continue
    }
    const file = `${name}${extension}`
    writeFileSync(join(folder, file), migration(name, tableNamesOf(options)), { flag: 'wx' })
    console.log(`Written: ${shown(folder, file)}`)
  }
  console.log('Next: npx sequelize db:migrate')
}

/** The compiled migrations beside this file, in their order. */
function migrationNames(): string[] {
  return readdirSync(resolve(__dirname, '../../migrations'))
    .filter((file) => file.endsWith('.js'))
    .map((file) => parse(file).name)
    .sort()
}

function migration(name: string, tableNames: TableNames): string {
  return `'use strict'

const { forTables } = require('${PACKAGE}/migrations/${name}')

module.exports = forTables(${JSON.stringify(tableNames, null, 2)
    .replaceAll(/"(\w+)":/g, '$1:')
    .replaceAll('"', "'")})
`
}

/** What sequelize-cli goes by, read as it reads it. */
function configuredFolder(): string | undefined {
  const file = resolve('.sequelizerc')
  return existsSync(file) ? (require(file) as Record<string, string | undefined>)['migrations-path'] : undefined
}

/** Whether a `.js` file in this folder would be an ES module, which sequelize-cli does not load. */
function isEsm(folder: string): boolean {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module'
  const parent = dirname(folder)
  return parent !== folder && isEsm(parent)
}

function shown(folder: string, file: string): string {
  return relative(process.cwd(), join(folder, file))
}
