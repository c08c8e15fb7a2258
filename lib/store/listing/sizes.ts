import { BlacklistUnavailableError } from '../../errors'
import type { Statements } from '../database'
import type { Store } from '../store'
import type { TableSize } from './types'

/** @see Listing.tableSizes */
export async function tableSizes({ database, tables }: Store): Promise<TableSize[]> {
  const measure = MEASURES[database.dialectName] as Measure
  return database.read(async (statements) => {
    const sizes: TableSize[] = []
    for (const table of [tables.outstanding, tables.blacklisted]) {
      const name = namesIn(table).join('.')
      const [size] = await measure(statements, table)
      if (!size) throw new BlacklistUnavailableError(`The database has no table ${name}`)
      sizes.push({ table: name, rows: Number(size.rows ?? 0), bytes: size.bytes === null ? null : Number(size.bytes) })
    }
    return sizes
  })
}

interface Measured {
  rows: number | string | null
  bytes: number | string | null
}

type Measure = (statements: Statements, table: string) => Promise<Measured[]>

const MEASURES: Record<string, Measure> = {
  mysql(statements, table) {
    const names = namesIn(table)
    return statements.select<Measured>(
      'SELECT TABLE_ROWS AS `rows`, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES ' +
        `WHERE TABLE_SCHEMA = ${names.length > 1 ? '$2' : 'DATABASE()'} AND TABLE_NAME = $1`,
      names.toReversed(),
    )
  },
  postgres(statements, table) {
    // Before the first ANALYZE the table's own estimate is -1.
    return statements.select<Measured>(
      'SELECT CASE WHEN c.reltuples < 0 THEN pg_stat_get_live_tuples(c.oid) ELSE c.reltuples END AS rows, ' +
        'pg_total_relation_size(c.oid) AS bytes FROM pg_class c WHERE c.oid = to_regclass($1)',
      [table],
    )
  },
  sqlite(statements, table) {
    return statements.select<Measured>(
      `SELECT (SELECT MAX(id) FROM ${table}) - (SELECT MIN(id) FROM ${table}) + 1 AS rows, NULL AS bytes`,
    )
  },
}

/** The name, after that of its schema where the app gave one, without quotes, of which Sequelize lets none be part of a name. */
export function namesIn(quoted: string): string[] {
  return quoted.match(/[^`".]+/g) ?? []
}
