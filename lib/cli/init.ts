import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, parse, relative, resolve } from 'node:path'
import { Command } from 'commander'
import type { TableNames } from '../options'
import { type ExitStatus, ending } from './output'
import { PACKAGE } from './package-name'
import { tableNamesOf, withTableOptions } from './table-options'

interface InitArguments extends TableNames {
  migrationsPath?: string
}

export function initCommand(): Command {
  const command = new Command('init')
    .description("Publish the two migrations into the app's own migrations folder, for `sequelize db:migrate`.")
    .option('--migrations-path <folder>', 'the folder; default: what .sequelizerc says, else ./migrations')
  return withTableOptions(command).action(ending(runInit))
}

function runInit(options: InitArguments): ExitStatus {
  const folder = resolve(options.migrationsPath ?? configuredFolder() ?? 'migrations')
  mkdirSync(folder, { recursive: true })
  const extension = isEsm(folder) ? '.cjs' : '.js'
  const files = readdirSync(folder)
  const now = Date.now()
  for (const [index, name] of migrationNames().entries()) {
    const existing = files.find((file) => withoutStamp(parse(file).name) === withoutStamp(name))
    if (existing) {
      console.log(`Already there: ${shown(folder, existing)}`)
      continue
    }
    const file = `${stamp(now + index * 1000)}${withoutStamp(name)}${extension}`
    writeFileSync(join(folder, file), migration(name, tableNamesOf(options)), { flag: 'wx' })
    console.log(`Written: ${shown(folder, file)}`)
  }
  console.log('Next: npx sequelize db:migrate')
  return 0
}

const withoutStamp = (name: string) => name.replace(/^\d+/, '')

/** As sequelize-cli's. It undoes the last migration by name, so what was published last must have the last name. */
function stamp(time: number): string {
  return new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14)
}

/** The compiled migrations beside this file, in their order. */
function migrationNames(): string[] {
  return readdirSync(resolve(__dirname, '../../migrations'))
    .filter((file) => file.endsWith('.js'))
    .map((file) => parse(file).name)
    .sort()
}

function migration(name: string, { outstandingTokens, blacklistedTokens }: TableNames): string {
  return `'use strict'

const { forTables } = require('${PACKAGE}/migrations/${name}')

module.exports = forTables({
  outstandingTokens: ${literal(outstandingTokens)},
  blacklistedTokens: ${literal(blacklistedTokens)},
})
`
}

/** The text as a JavaScript string, in single quotes where that takes no escaping. */
function literal(text: string): string {
  return /^[\w.-]*$/.test(text) ? `'${text}'` : JSON.stringify(text)
}

/** What sequelize-cli goes by, read as it reads it. */
function configuredFolder(): string | undefined {
  const file = resolve('.sequelizerc')
  if (!existsSync(file)) return undefined
  const options = require(file) as Record<string, string | undefined>
  return options['migrations-path'] ?? options.migrationsPath
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
