import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { CliError } from './errors'
import { masked } from './masked'

/** An environment's part of sequelize-cli's configuration: options of Sequelize, and a few names of its own. */
export interface Entry {
  [option: string]: unknown
  url?: string
  use_env_variable?: string
  /** Where the names of the migrations that were run are kept. @default 'sequelize', a table */
  migrationStorage?: string
  /** That table. @default 'SequelizeMeta' */
  migrationStorageTableName?: string
  /** On PostgreSQL. @default the first of the search path */
  migrationStorageTableSchema?: string
}

export interface AppConfig {
  entry: Entry
  /** Which file, and which environment in it. */
  source: string
}

/** Where sequelize-cli looks without a `.sequelizerc`; the last two it takes from there alone. */
const FILES = ['config/config.js', 'config/config.json', 'config/config.cjs', 'config/config.mjs']

/**
 * The options in `.sequelizerc`, by which sequelize-cli goes in this folder; read as it reads them.
 * @throws CliError ERR_CLI_CONFIG
 */
export function sequelizerc(): Record<string, string | undefined> {
  const file = resolve('.sequelizerc')
  if (!existsSync(file)) return {}
  let options: unknown
  try {
    options = require(file)
  } catch (error) {
    throw unreadable('.sequelizerc', error instanceof Error ? error.message : String(error))
  }
  if (isObject(options)) return options as Record<string, string | undefined>
  throw new CliError('ERR_CLI_CONFIG', '.sequelizerc must export an object.')
}

/** The folder of the app's migrations. */
export function migrationsFolder(): string {
  const options = sequelizerc()
  return resolve(options['migrations-path'] ?? options.migrationsPath ?? 'migrations')
}

/** The file in which sequelize-cli finds its databases; undefined where there is none. */
export function configFile(): string | undefined {
  const { config } = sequelizerc()
  const files = config === undefined ? FILES : [config]
  return files.map((file) => resolve(file)).find((file) => existsSync(file))
}

/** What was looked for, for whoever wonders why nothing was found. */
export function placesLookedAt(): string[] {
  const { config } = sequelizerc()
  if (config === undefined) return existsSync('.sequelizerc') ? FILES : ['.sequelizerc', ...FILES]
  return [`${relative('', resolve(config))} (named by .sequelizerc)`]
}

/**
 * The database of the app, as sequelize-cli would find it.
 * @returns undefined where there is no configuration
 * @throws CliError ERR_CLI_CONFIG
 */
export async function readAppConfig(): Promise<AppConfig | undefined> {
  const { url, env } = sequelizerc()
  if (url !== undefined) return { entry: { url }, source: '.sequelizerc' }
  const file = configFile()
  if (file === undefined) return undefined
  const name = relative('', file)
  const config = await load(file, name)
  const environment = env || process.env.NODE_ENV || 'development'
  const entry = config[environment] ?? (isEntry(config) ? config : undefined)
  if (!isObject(entry)) {
    throw new CliError(
      'ERR_CLI_CONFIG',
      `${name} has no environment ${environment}, only ${Object.keys(config).join(', ') || 'none at all'}; NODE_ENV chooses it.`,
    )
  }
  return { entry, source: `${name}, ${environment}` }
}

/** Like sequelize-cli, takes an object, a promise of one, and a function that returns either or takes a callback. */
async function load(file: string, name: string): Promise<Record<string, unknown>> {
  let config: unknown
  try {
    config = file.endsWith('.json') ? JSON.parse(readFileSync(file, 'utf8')) : await importDefault(file)
    if (typeof config === 'function') config = await (config.length === 1 ? promisify(config as () => void)() : config())
  } catch (error) {
    // Node quotes the text that is no JSON, which may be the password.
    const reason = file.endsWith('.json') ? 'it is no JSON' : error instanceof Error ? error.message : String(error)
    throw unreadable(name, reason)
  }
  if (isObject(config)) return config
  throw new CliError('ERR_CLI_CONFIG', `${name} must export an object, a promise of one, or a function that returns one.`)
}

function unreadable(name: string, reason: string): CliError {
  return new CliError('ERR_CLI_CONFIG', `${name} could not be read: ${masked(reason)}`)
}

async function importDefault(file: string): Promise<unknown> {
  const loaded = ((await import(String(pathToFileURL(file)))) as { default: unknown }).default
  // What compilers make of an ES module.
  return isObject(loaded) && loaded.__esModule === true ? loaded.default : loaded
}

function isEntry(config: Record<string, unknown>): boolean {
  return ['url', 'use_env_variable', 'dialect'].some((option) => typeof config[option] === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
