import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, parse, relative, resolve } from 'node:path'
import { Command } from 'commander'
import type { TableNames } from '../options'
import { CliError } from './errors'
import { answer, type ExitStatus, ending } from './output'
import { PACKAGE } from './package-name'
import { configFile, migrationsFolder, placesLookedAt, sequelizerc } from './sequelize-config'
import { tableNamesOf, withTableOptions } from './table-options'

interface InitArguments extends TableNames {
  migrationsPath?: string
}

const HELP = `
It writes each migration once, as .cjs where the app's .js files are ES modules.

Examples:
  $ npx passport-jwt-blacklist init
  $ npx passport-jwt-blacklist init --migrations-path database/migrations
  $ npx passport-jwt-blacklist init --outstanding-tokens issued --blacklisted-tokens revoked`

export function initCommand(): Command {
  const command = new Command('init')
    .description("Publish the two migrations into the app's own migrations folder, for `sequelize db:migrate`.")
    .option('--migrations-path <folder>', 'the folder; default: what .sequelizerc says, else ./migrations')
    .addHelpText('after', HELP)
  return withTableOptions(command).action(ending(runInit))
}

function runInit(options: InitArguments, command: Command): ExitStatus {
  const folder = options.migrationsPath === undefined ? migrationsFolder() : resolve(options.migrationsPath)
  const tableNames = tableNamesOf(options)
  mkdirSync(folder, { recursive: true })
  const files = readdirSync(folder)
  const migrations = migrationNames().map((name) => {
    return {
      name,
      text: migration(name, tableNames),
      existing: files.find((file) => withoutStamp(parse(file).name) === withoutStamp(name)),
    }
  })
  const existing = migrations.flatMap((made) => made.existing ?? []).map((file) => shown(folder, file))
  const named = ['outstandingTokens', 'blacklistedTokens'].some((option) => command.getOptionValueSource(option) === 'cli')
  if (named && migrations.some((made) => made.existing && !hasTables(join(folder, made.existing), tableNames))) {
    throw new CliError(
      'ERR_CLI_OTHER_TABLES',
      `Already there, and for tables of other names: ${existing.join(', ')}\n` +
        'If they were not run yet, delete them and repeat this. Otherwise rename the tables in a migration of your own.',
    )
  }
  const written = write(
    folder,
    migrations.filter((made) => !made.existing),
  ).map((file) => shown(folder, file))
  const next = nextStep()
  answer({ written, existing, next }, [
    ...existing.map((file) => `Already there: ${file}`),
    ...written.map((file) => `Written: ${file}`),
    `Next: ${next}`,
  ])
  return 0
}

/** @returns the names of the files */
function write(folder: string, migrations: { name: string; text: string }[]): string[] {
  const extension = isEsm(folder) ? '.cjs' : '.js'
  const now = Date.now()
  return migrations.map(({ name, text }, index) => {
    const file = `${stamp(now + index * 1000)}${withoutStamp(name)}${extension}`
    writeFileSync(join(folder, file), text, { flag: 'wx' })
    return file
  })
}

/** Whether a published migration is for these tables; where it was edited beyond recognition, nobody can tell. */
function hasTables(file: string, tableNames: TableNames): boolean {
  const text = readFileSync(file, 'utf8')
  return tableLines(tableNames).every((line) => text.includes(line))
}

/** What the app lacks yet for sequelize-cli, and then how it is run. */
function nextStep(): string {
  const install = isInstalled('sequelize-cli') ? '' : 'npm install --save-dev sequelize-cli, and then '
  if (configFile() || sequelizerc().url) return `${install}npx sequelize db:migrate`
  return `${install}npx sequelize db:migrate --url "$DATABASE_URL" (sequelize-cli has no configuration here: no ${placesLookedAt().join(', ')})`
}

function isInstalled(name: string): boolean {
  try {
    return createRequire(resolve('package.json')).resolve(`${name}/package.json`) !== ''
  } catch {
    return false
  }
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

function migration(name: string, tableNames: TableNames): string {
  return `'use strict'

const { forTables } = require('${PACKAGE}/migrations/${name}')

module.exports = forTables({
${tableLines(tableNames).join('\n')}
})
`
}

function tableLines({ outstandingTokens, blacklistedTokens }: TableNames): string[] {
  return [`  outstandingTokens: ${literal(outstandingTokens)},`, `  blacklistedTokens: ${literal(blacklistedTokens)},`]
}

/** The text as a JavaScript string, in single quotes where that takes no escaping. */
function literal(text: string): string {
  return /^[\w.-]*$/.test(text) ? `'${text}'` : JSON.stringify(text)
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
