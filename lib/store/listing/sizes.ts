import type { Statements } from '../database'
import type { Store } from '../store'
import type { TableSize } from './types'

/** @see Listing.tableSizes */
export async function tableSizes({ database, tables }: Store): Promise<TableSize[]> {
  const measure = MEASURES[database.dialectName] as Measure
  return database.read(async (statements) => {
    const sizes: TableSize[] = []
    for (const table of [tables.outstanding, tables.blacklisted]) {
      const { rows, bytes } = await measure(statements, table)
      sizes.push({ table: namesIn(table).join('.'), rows: Number(rows ?? 0), bytes: bytes === null ? null : Number(bytes) })
    }
    return sizes
  })
}

interface Measured {
  rows: number | string | null
  bytes: number | string | null
}

type Measure = (statements: Statements, table: string) => Promise<Measured>

const UNKNOWN: Measured = { rows: 0, bytes: null }

const MEASURES: Record<string, Measure> = {
  async mysql(statements, table) {
    const names = namesIn(table)
    const [size] = await statements.select<Measured>(
      'SELECT TABLE_ROWS AS `rows`, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES ' +
        `WHERE TABLE_SCHEMA = ${names.length > 1 ? '$2' : 'DATABASE()'} AND TABLE_NAME = $1`,
      names.toReversed(),
    )
    return size ?? UNKNOWN
  },
  async postgres(statements, table) {
    // Before the first ANALYZE the table's own estimate is -1.
    const [size] = await statements.select<Measured>(
      'SELECT CASE WHEN c.reltuples < 0 THEN pg_stat_get_live_tuples(c.oid) ELSE c.reltuples END AS rows, ' +
        'pg_total_relation_size(c.oid) AS bytes FROM pg_class c WHERE c.oid = to_regclass($1)',
      [table],
    )
    return size ?? UNKNOWN
  },
  async sqlite(statements, table) {
    const [size] = await statements.select<Measured>(
      `SELECT (SELECT MAX(id) FROM ${table}) - (SELECT MIN(id) FROM ${table}) + 1 AS rows, NULL AS bytes`,
    )
    return size ?? UNKNOWN
  },
}

/** A quoted name, with its schema's where the app gave one, without the quotes. */
function namesIn(quoted: string): string[] {
  return [...quoted.matchAll(/([`"])((?:(?!\1).|\1\1)*)\1|[^.]+/gs)].map(([whole, quote, name]) =>
    quote === undefined ? whole : String(name).replaceAll(quote + quote, quote),
  )
}
