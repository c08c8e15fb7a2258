import { QueryTypes, type Sequelize } from 'sequelize'
import type { DialectName } from './databases'

export interface Column {
  name: string
  type: string
  nullable: boolean
  /** Filled in by the database where the insert says nothing. */
  filledIn: boolean
  /** MySQL's, of a column of text. */
  collation: string | null
}

export interface TableSchema {
  columns: Column[]
  /** `unique(a, b)` or `index(a, b)`; the primary key as well. */
  indexes: string[]
  /** `column → table.column on delete … on update …` */
  foreignKeys: string[]
  /** What holds for the table as a whole. */
  table: Record<string, string>
}

// biome-ignore lint/suspicious/noExplicitAny: each query names its columns itself
type Ask = (sql: string) => Promise<Record<string, any>[]>

/** What the database itself says about a table. */
export async function readSchema(sequelize: Sequelize, table: string): Promise<TableSchema> {
  const ask: Ask = async (sql) => await sequelize.query(sql.replaceAll(':table', `'${table}'`), { type: QueryTypes.SELECT })
  const schema = await READERS[sequelize.getDialect() as DialectName](ask)
  return { ...schema, indexes: schema.indexes.sort(), foreignKeys: schema.foreignKeys.sort() }
}

const READERS: Record<DialectName, (ask: Ask) => Promise<TableSchema>> = { mysql, postgres, sqlite }

async function mysql(ask: Ask): Promise<TableSchema> {
  const here = 'table_schema = DATABASE() AND table_name = :table'
  const columns = await ask(
    'SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS filled, extra, ' +
      `collation_name AS collation FROM information_schema.columns WHERE ${here} ORDER BY ordinal_position`,
  )
  const indexes = await ask(
    'SELECT MIN(non_unique) AS free, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ", ") AS columns ' +
      `FROM information_schema.statistics WHERE ${here} GROUP BY index_name`,
  )
  const foreignKeys = await ask(
    'SELECT k.column_name AS name, k.referenced_table_name AS other, k.referenced_column_name AS target, ' +
      'r.delete_rule AS deleted, r.update_rule AS updated FROM information_schema.key_column_usage k ' +
      'JOIN information_schema.referential_constraints r ON r.constraint_schema = k.table_schema ' +
      'AND r.constraint_name = k.constraint_name WHERE k.table_schema = DATABASE() AND k.table_name = :table',
  )
  const [table] = await ask(`SELECT engine AS engine, table_collation AS collation FROM information_schema.tables WHERE ${here}`)
  return {
    columns: columns.map(({ name, type, nullable, filled, extra, collation }) => ({
      name,
      // MySQL, but not MariaDB, leaves out the width of an integer.
      type: String(type).replace(/^bigint\(\d+\)/, 'bigint'),
      nullable: nullable === 'YES',
      filledIn: (filled !== null && filled !== 'NULL') || extra !== '',
      collation,
    })),
    indexes: indexes.map(({ free, columns }) => index(Number(free) === 0, columns)),
    foreignKeys: foreignKeys.map(foreignKey),
    table: { ...table },
  }
}

async function postgres(ask: Ask): Promise<TableSchema> {
  const columns = await ask(
    'SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable, atthasdef AS "filledIn", ' +
      'NULL AS collation FROM pg_attribute WHERE attrelid = :table::regclass AND attnum > 0 ORDER BY attnum',
  )
  const indexes = await ask(
    "SELECT i.indisunique AS single, (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(num, n) " +
      'JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num) AS columns FROM pg_index i WHERE i.indrelid = :table::regclass',
  )
  const rule = (column: string) =>
    `CASE ${column} WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' WHEN 'n' THEN 'SET NULL' ELSE ${column}::text END`
  const foreignKeys = await ask(
    `SELECT a.attname AS name, c.confrelid::regclass::text AS other, b.attname AS target, ${rule('confdeltype')} AS deleted, ` +
      `${rule('confupdtype')} AS updated FROM pg_constraint c ` +
      'JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] ' +
      "JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] WHERE c.contype = 'f' AND c.conrelid = :table::regclass",
  )
  return {
    columns: columns as unknown as Column[],
    indexes: indexes.map(({ single, columns }) => index(single, columns)),
    foreignKeys: foreignKeys.map(foreignKey),
    table: {},
  }
}

async function sqlite(ask: Ask): Promise<TableSchema> {
  const columns = await ask('SELECT name, type, "notnull", dflt_value AS filled, pk FROM pragma_table_info(:table) ORDER BY cid')
  const indexes = await ask(
    'SELECT l."unique" AS single, (SELECT group_concat(i.name, \', \') FROM pragma_index_info(l.name) i) AS columns ' +
      'FROM pragma_index_list(:table) l',
  )
  const foreignKeys = await ask(
    'SELECT "from" AS name, "table" AS other, "to" AS target, on_delete AS deleted, on_update AS updated ' +
      'FROM pragma_foreign_key_list(:table)',
  )
  const [table] = await ask("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
  return {
    columns: columns.map(({ name, type, notnull, filled, pk }) => ({
      name,
      type,
      nullable: notnull === 0 && pk === 0,
      filledIn: filled !== null || pk === 1,
      collation: null,
    })),
    indexes: [...indexes.map(({ single, columns }) => index(single === 1, columns)), index(true, 'id')],
    foreignKeys: foreignKeys.map(foreignKey),
    // Without it, SQLite gives the id of a deleted row to a new one.
    table: { id: /AUTOINCREMENT/.test(String(table?.sql)) ? 'never given twice' : 'given again' },
  }
}

const index = (unique: boolean, columns: string) => `${unique ? 'unique' : 'index'}(${columns})`

const foreignKey = ({ name, other, target, deleted, updated }: Record<string, unknown>) =>
  `${name} → ${other}.${target} on delete ${deleted} on update ${updated}`
