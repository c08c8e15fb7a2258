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
  const url = options.url ?? process.env.DATABASE_URL
  if (!url) throw new Error('Which database? Give --url, or set DATABASE_URL; for example mysql://user:password@host/database')
  const sequelize = new Sequelize(url, { logging: false })
  try {
    const database = new Database(sequelize, TIME_LIMIT)
    const store = {
      database,
      tables: tablesOf(defineModels(sequelize, { tableNames: tableNamesOf(options) })),
      djangoTables: options.djangoTables === true,
    }
    const margin = options.margin ?? seconds('margin', options.djangoTables ? DJANGO_MARGIN : DEFAULT_FLUSH_MARGIN, 0)
    const before = new Date(Date.now() - margin * 1000)
    const deleted = await flush(
      store,
      { before, margin },
      {
        batchSize: options.batchSize,
        onProgress: (sofar) => console.error(`${sofar} deleted so far`),
      },
    )
    console.log(`Deleted ${deleted} expired ${deleted === 1 ? 'token' : 'tokens'}.`)
  } finally {
    await sequelize.close()
  }
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
