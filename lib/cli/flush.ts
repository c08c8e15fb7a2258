import { Command, InvalidArgumentError } from 'commander'
import { Sequelize } from 'sequelize'
import { defineModels } from '../../models'
import { seconds } from '../expect'
import { DEFAULT_FLUSH_MARGIN, type TableNames } from '../options'
import { Database } from '../store/database'
import { flush } from '../store/flush'
import { tablesOf } from '../store/store'
import { tableNamesOf, withTableOptions } from './table-options'

interface FlushArguments extends TableNames {
  url?: string
  batchSize: number
  margin?: number
  djangoTables?: true
}

/** A batch of the command line's may take as long as it takes. */
const TIME_LIMIT = 60
/** Django gives a sliding token's row the expiry of its first copy; by default there may be others for a day. */
const DJANGO_MARGIN = '3d'

const EXAMPLE_URL = 'mysql://user:password@host/database'
const TABLE_HINT = 'Make the tables: npx sequelize db:migrate. Or name your own: --outstanding-tokens, --blacklisted-tokens.'

/** Of the driver sqlite3. */
const OPEN_READWRITE = 2

export function flushCommand(): Command {
  const command = new Command('flush')
    .alias('flushexpiredtokens')
    .description('Delete the tokens that have expired for longer than the margin.')
    .option('--url <url>', 'the database; default: the environment variable DATABASE_URL')
    .option('--batch-size <rows>', 'how many tokens one transaction deletes at the most', positiveInteger, 1000)
    .option(
      '--margin <duration>',
      `how long an expired token is kept; not less than the app's flushMargin (default: ${DEFAULT_FLUSH_MARGIN})`,
      duration,
    )
    .option('--django-tables', "the tables are Django's; then the margin is 3d, in which a sliding token may have been refreshed")
  return withTableOptions(command).action(runFlush)
}

async function runFlush(options: FlushArguments): Promise<void> {
  const sequelize = connect(options.url ?? process.env.DATABASE_URL)
  try {
    const deleted = await flushOn(sequelize, options)
    console.log(`Deleted ${deleted} expired ${deleted === 1 ? 'token' : 'tokens'}.`)
  } catch (error) {
    throw isMissingTable(error) ? new Error(`${(error as Error).message}\n${TABLE_HINT}`) : error
  } finally {
    // Not awaited: of a SQLite file that could not be opened, the closing never ends.
    sequelize.close().catch(() => {})
  }
}

function connect(url: string | undefined): Sequelize {
  if (!url) throw new Error(`Which database? Give --url, or set DATABASE_URL; for example ${EXAMPLE_URL}`)
  if (!/^(mysql|postgres|postgresql|sqlite):/.test(url)) {
    throw new Error(`The database's URL must begin with mysql:, postgres: or sqlite:, for example ${EXAMPLE_URL}`)
  }
  // A SQLite file that is not there is not to be made.
  return new Sequelize(url, { logging: false, ...(url.startsWith('sqlite:') && { dialectOptions: { mode: OPEN_READWRITE } }) })
}

async function flushOn(sequelize: Sequelize, options: FlushArguments): Promise<number> {
  const database = new Database(sequelize, TIME_LIMIT)
  const djangoTables = options.djangoTables === true
  const store = { database, tables: tablesOf(defineModels(sequelize, { tableNames: tableNamesOf(options) })), djangoTables }
  const margin = options.margin ?? seconds('margin', djangoTables ? DJANGO_MARGIN : DEFAULT_FLUSH_MARGIN, 0)
  return flush(
    store,
    { before: new Date(Date.now() - margin * 1000), margin },
    { batchSize: options.batchSize, onProgress: (sofar) => console.error(`${sofar} deleted so far`) },
  )
}

/** MySQL's ER_NO_SUCH_TABLE, PostgreSQL's undefined_table, SQLite's message. */
function isMissingTable(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined
  return ['ER_NO_SUCH_TABLE', '42P01'].includes(cause?.code ?? '') || /no such table/.test(String(error))
}

function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.')
  return value
}

/** `30`: seconds. `1d`, `12h`: what the app's options take. */
function duration(text: string): number {
  try {
    return Math.ceil(seconds('margin', /^\d+$/.test(text) ? Number(text) : text, 0))
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
