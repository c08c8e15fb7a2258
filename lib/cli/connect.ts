import { type Options, Sequelize } from 'sequelize'
import { CliError } from './errors'
import { masked } from './masked'
import { type Entry, placesLookedAt, readAppConfig } from './sequelize-config'

/** A connection that was made from what the user or the app said. */
export interface Connected {
  sequelize: Sequelize
  /** What said it. */
  source: string
  /** The table of sequelize-cli's, with the names of the migrations that were run; null where it keeps them elsewhere. */
  migrationsTable: { name: string; schema?: string | undefined } | null
}

const EXAMPLE_URL = 'mysql://user:password@host/database'
const MIGRATIONS_TABLE = { name: 'SequelizeMeta' }
const DIALECTS = ['mysql', 'postgres', 'sqlite']

/** Of the driver sqlite3. */
const OPEN_READWRITE = 2

/**
 * The database that `--url` names, else `DATABASE_URL`, else the app's sequelize-cli configuration.
 * @throws CliError that says what was looked for, or what is wrong with what was found
 */
export async function connect(url: string | undefined): Promise<Connected> {
  if (url) return byUrl(url, '--url')
  const { DATABASE_URL } = process.env
  if (DATABASE_URL) {
    // Where the configuration takes it from there too, it has the rest: TLS, say.
    const same = await readAppConfig().catch(() => undefined)
    if (same?.entry.use_env_variable === 'DATABASE_URL' && !same.entry.url) return byEntry(same.entry, same.source)
    return byUrl(DATABASE_URL, 'DATABASE_URL')
  }
  const config = await readAppConfig()
  if (config) return byEntry(config.entry, config.source)
  throw new CliError(
    'ERR_CLI_NO_DATABASE',
    `Which database? Give --url, or set DATABASE_URL; for example ${EXAMPLE_URL}\n` +
      `Or run it where sequelize-cli has its configuration. Looked for: ${placesLookedAt().join(', ')}`,
  )
}

/** The database as people know it, without user and password. */
export function nameOf(sequelize: Sequelize): string {
  if (sequelize.getDialect() === 'sqlite') return `sqlite ${fileOf(sequelize)}`
  const { config } = sequelize as unknown as { config: Location }
  return `${sequelize.getDialect()} ${config.database} at ${config.host}${config.port ? `:${config.port}` : ''}`
}

interface Location {
  database: string
  host: string
  port?: string | number
}

function byUrl(url: string, source: string, options: Options = {}): Connected {
  if (!/^(mysql|postgres|postgresql|sqlite):/.test(url)) {
    throw new CliError(
      'ERR_CLI_NO_DATABASE',
      `The database's URL (${source}) must begin with mysql: (for MariaDB too), postgres: or sqlite:, for example ${EXAMPLE_URL}`,
    )
  }
  if (!url.startsWith('sqlite:') && isMisread(url)) {
    throw new CliError(
      'ERR_CLI_NO_DATABASE',
      `The database's URL (${source}) is read wrongly: percent-encode the password, / as %2F, ? as %3F, # as %23 and @ as %40.`,
    )
  }
  return {
    sequelize: made(source, (quiet) => new Sequelize(url, quiet), options, url.startsWith('sqlite:')),
    source,
    migrationsTable: MIGRATIONS_TABLE,
  }
}

/** Whether a password that is not encoded ends the host: a part of it is then taken for the port or the database, which are shown. */
function isMisread(url: string): boolean {
  const [, host = '', rest = ''] = /^\w+:(?:\/\/)?([^/?#]*)(.*)$/s.exec(url) ?? []
  const [, port = ''] = /:([^:\]@]*)$/.exec(host) ?? []
  return /\D/.test(port) || rest.replace(/\?[^#]*/, '').includes('@')
}

function byEntry(entry: Entry, source: string): Connected {
  const { url, use_env_variable, migrationStorage = 'sequelize', ...rest } = entry
  const { migrationStorageTableName: name = MIGRATIONS_TABLE.name, migrationStorageTableSchema: schema, ...options } = rest
  const migrationsTable = migrationStorage === 'sequelize' ? { name, schema } : null
  const given = url ?? (use_env_variable === undefined ? undefined : process.env[use_env_variable])
  if (given) return { ...byUrl(given, source, options), migrationsTable }
  if (use_env_variable !== undefined) {
    throw new CliError(
      'ERR_CLI_CONFIG',
      `${source} takes the database from the environment variable ${use_env_variable}, which is not set.`,
    )
  }
  const dialect = String(options.dialect)
  if (!DIALECTS.includes(dialect)) {
    throw new CliError(
      'ERR_CLI_CONFIG',
      `${source} must have the dialect mysql (for MariaDB too), postgres or sqlite; it has ${dialect}.`,
    )
  }
  return { sequelize: made(source, (quiet) => new Sequelize(quiet), options, dialect === 'sqlite'), source, migrationsTable }
}

/** Makes the instance, and checks that it will not make a database that is not there. */
function made(source: string, make: (options: Options) => Sequelize, options: Options, isSqlite: boolean): Sequelize {
  // A SQLite file that is not there is not to be made.
  const sqlite = isSqlite && { dialectOptions: { ...options.dialectOptions, mode: OPEN_READWRITE } }
  let sequelize: Sequelize
  // Of a URL that it dislikes Node would print the whole, password and all.
  process.noDeprecation = true
  try {
    sequelize = make({ ...options, logging: false, ...sqlite })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const [, driver] = /Please install (\w+) package manually/.exec(message) ?? []
    if (driver) throw new CliError('ERR_CLI_NO_DRIVER', `The driver is not installed here: npm install ${driver}`)
    throw new CliError('ERR_CLI_NO_DATABASE', `The database of ${source} cannot be used: ${masked(message)}`)
  }
  if (isSqlite && fileOf(sequelize).startsWith(':memory:')) {
    throw new CliError(
      'ERR_CLI_NO_DATABASE',
      `${source} names a SQLite database in memory, which nobody else can see. Name a file, with a slash: sqlite:./app.sqlite`,
    )
  }
  return sequelize
}

/** As Sequelize takes it for one: `sqlite:app.sqlite` has a host and no path. */
function fileOf(sequelize: Sequelize): string {
  const { storage, host } = (sequelize as unknown as { options: { storage?: string; host?: string } }).options
  return storage ?? (host || ':memory:')
}
