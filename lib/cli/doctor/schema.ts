import type { Statements } from '../../store/database'
import { namesIn } from '../../store/listing/sizes'
import type { Store } from '../../store/store'

/** What the database says about a table. */
export interface Schema {
  columns: Column[]
  indexes: Index[]
}

interface Column {
  name: string
  /** What makes the database hold two different strings for equal; null where nothing does. */
  folding: string | null
}

interface Index {
  unique: boolean
  columns: string[]
}

/**
 * @param table its quoted name
 * @returns null where there is no such table
 */
export async function readSchema({ database }: Store, table: string): Promise<Schema | null> {
  const reader = READERS[database.dialectName] as Reader
  const { columns, entries } = await database.read((statements) => reader(statements, table))
  return columns.length === 0 ? null : { columns, indexes: indexesOf(entries) }
}

interface Entry {
  name: string
  free: number | boolean | string
  column_name: string | null
}

/** The columns, and the entries of the indexes in the order of their columns. */
type Reader = (statements: Statements, table: string) => Promise<{ columns: Column[]; entries: Entry[] }>

const READERS: Record<string, Reader> = {
  async mysql(statements, table) {
    const names = namesIn(table)
    const here = `TABLE_SCHEMA = ${names.length > 1 ? '$2' : 'DATABASE()'} AND TABLE_NAME = $1`
    const bind = names.toReversed()
    const columns = await statements.select<Column>(
      `SELECT COLUMN_NAME AS name, CASE WHEN COLLATION_NAME LIKE '%\\_bin' THEN NULL ELSE COLLATION_NAME END AS folding FROM information_schema.COLUMNS WHERE ${here}`,
      bind,
    )
    const entries = await statements.select<Entry>(
      `SELECT INDEX_NAME AS name, NON_UNIQUE AS free, COLUMN_NAME AS column_name FROM information_schema.STATISTICS WHERE ${here} ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
      bind,
    )
    return { columns, entries }
  },
  async postgres(statements, table) {
    const columns = await statements.select<Column>(
      "SELECT a.attname AS name, CASE WHEN t.typname = 'citext' THEN 'citext' WHEN NOT c.collisdeterministic THEN c.collname END AS folding " +
        'FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation c ON c.oid = a.attcollation ' +
        'WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped',
      [table],
    )
    const entries = await statements.select<Entry>(
      'SELECT i.indexrelid::text AS name, NOT i.indisunique AS free, a.attname AS column_name FROM pg_index i ' +
        'CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(number, place) ' +
        'LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ' +
        'WHERE i.indrelid = to_regclass($1) AND i.indisvalid AND i.indpred IS NULL ORDER BY i.indexrelid, k.place',
      [table],
    )
    return { columns, entries }
  },
  async sqlite(statements, table) {
    const bind = [namesIn(table).join('.')]
    const columns = await statements.select<Column>(
      'SELECT c.name AS name, (SELECT x.coll FROM pragma_index_list($1) l, pragma_index_xinfo(l.name) x ' +
        "WHERE x.name = c.name AND x.coll <> 'BINARY') AS folding FROM pragma_table_info($1) c",
      bind,
    )
    const entries = await statements.select<Entry>(
      'SELECT l.name AS name, NOT l."unique" AS free, i.name AS column_name FROM pragma_index_list($1) l, pragma_index_info(l.name) i ' +
        'WHERE NOT l.partial ORDER BY l.name, i.seqno',
      bind,
    )
    return { columns, entries }
  },
}

function indexesOf(entries: Entry[]): Index[] {
  const indexes = new Map<string, Index>()
  for (const { name, free, column_name } of entries) {
    const index = indexes.get(name) ?? { unique: !Number(free), columns: [] }
    index.columns.push(column_name ?? '')
    indexes.set(name, index)
  }
  return [...indexes.values()]
}
