import type { Command } from 'commander'
import { defineModels } from '../../models'
import { seconds } from '../expect'
import { DEFAULT_FLUSH_MARGIN, type TableNames } from '../options'
import { Database } from '../store/database'
import type { Cutoff } from '../store/flush'
import { type Store, tablesOf } from '../store/store'
import { type Connected, connect } from './connect'
import type { ExitStatus } from './output'
import { tableNamesOf, withTableOptions } from './table-options'
import { duration } from './values'

/** The options that say where the tables are. */
export interface TablesArguments extends TableNames {
  url?: string
  djangoTables?: true
}

/** The options of whatever has to do with the flush. */
export interface FlushingArguments extends TablesArguments {
  margin?: number
}

/** A command of the command line's may take as long as it takes. Seconds. */
export const TIME_LIMIT = 60

/** Django gives a sliding token's row the expiry of its first copy; by default there may be others for a day. */
const DJANGO_MARGIN = '3d'

export function withTablesOptions(command: Command): Command {
  return withTableOptions(
    command.option('--url <url>', "the database (default: DATABASE_URL, else sequelize-cli's configuration in this folder)"),
  ).option('--django-tables', "the tables are Django's")
}

export function withMarginOption(command: Command): Command {
  return command.option(
    '--margin <duration>',
    `how long an expired token is kept; the app's flushMargin (default: ${DEFAULT_FLUSH_MARGIN}; with --django-tables ` +
      `${DJANGO_MARGIN}, in which a sliding token may have been refreshed)`,
    duration,
  )
}

/** Connects, does the work, and closes the connection whatever happens. */
export async function withConnection(
  url: string | undefined,
  work: (connected: Connected) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const connected = await connect(url)
  try {
    return await work(connected)
  } finally {
    // Not awaited: of a SQLite file that could not be opened, the closing never ends.
    connected.sequelize.close().catch(() => {})
  }
}

export function storeOf({ sequelize }: Connected, options: TablesArguments): Store {
  return {
    database: new Database(sequelize, TIME_LIMIT),
    tables: tablesOf(defineModels(sequelize, { tableNames: tableNamesOf(options) })),
    djangoTables: options.djangoTables === true,
  }
}

/** Seconds. */
export function marginOf({ margin, djangoTables }: FlushingArguments): number {
  return Math.ceil(margin ?? seconds('margin', djangoTables ? DJANGO_MARGIN : DEFAULT_FLUSH_MARGIN, 0))
}

export function cutoffOf(options: FlushingArguments): Cutoff {
  const margin = marginOf(options)
  return { before: new Date(Date.now() - margin * 1000), margin }
}
