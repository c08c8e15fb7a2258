import type { Store } from '../../store/store'
import { type Finding, ok, skipped, wrong } from './finding'
import { readSchema, type Schema } from './schema'

const COLUMNS = {
  outstanding: ['id', 'user_id', 'jti', 'token', 'created_at', 'expires_at'],
  blacklisted: ['id', 'token_id', 'blacklisted_at'],
}

interface Wanted {
  table: 'outstanding' | 'blacklisted'
  column: string
  unique: boolean
  /** What goes wrong without it. */
  without: string
}

const INDEXES: Wanted[] = [
  {
    table: 'outstanding',
    column: 'jti',
    unique: true,
    without: 'a refresh token can get two successors, and each check reads the whole table',
  },
  { table: 'blacklisted', column: 'token_id', unique: true, without: 'a refresh token can be exchanged twice' },
  { table: 'outstanding', column: 'user_id', unique: false, without: 'each log-out everywhere reads the whole table' },
  { table: 'outstanding', column: 'expires_at', unique: false, without: 'each batch of a flush reads the whole table' },
]

/** Looks at the two tables, their columns, indexes and collation. */
export async function checkTables(store: Store): Promise<Finding[]> {
  const outstanding = await readSchema(store, store.tables.outstanding)
  const blacklisted = await readSchema(store, store.tables.blacklisted)
  if (outstanding && blacklisted) {
    const schemas = { outstanding, blacklisted }
    const tables = checkColumns(store, schemas)
    if (tables.state === 'wrong') return [tables, skipped('indexes', 'not looked at'), skipped('collation', 'not looked at')]
    return [tables, checkIndexes(store, schemas), checkCollation(store, schemas)]
  }
  const missing = [outstanding ? [] : store.tables.outstanding, blacklisted ? [] : store.tables.blacklisted].flat()
  return [
    wrong(
      'tables',
      `the database has no table ${missing.join(' and ')}`,
      'Make the tables: npx passport-jwt-blacklist init, npx sequelize db:migrate. If yours have other names, give --outstanding-tokens and ' +
        '--blacklisted-tokens.',
    ),
    skipped('indexes', 'there are no tables'),
    skipped('collation', 'there are no tables'),
  ]
}

type Schemas = Record<'outstanding' | 'blacklisted', Schema>

function checkColumns({ tables }: Store, schemas: Schemas): Finding {
  const missing = (['outstanding', 'blacklisted'] as const).flatMap((table) =>
    COLUMNS[table]
      .filter((name) => !schemas[table].columns.some((column) => column.name === name))
      .map((name) => `${tables[table]}.${name}`),
  )
  if (missing.length === 0) return ok('tables', `${tables.outstanding} and ${tables.blacklisted} are there`)
  return wrong(
    'tables',
    `there is no column ${missing.join(', ')}`,
    'Are these the right tables? Their columns are in docs/reference.md; the migrations that init publishes make them.',
  )
}

function checkIndexes({ tables, djangoTables, database }: Store, schemas: Schemas): Finding {
  // Django makes none on the expiry, and the flush there does without.
  const wanted = INDEXES.filter(({ column }) => !(djangoTables && column === 'expires_at'))
  const missing = wanted.filter(({ table, column, unique }) => {
    return !schemas[table].indexes.some(
      ({ columns, unique: single }) => columns[0] === column && (!unique || (single && columns.length === 1)),
    )
  })
  if (missing.length === 0) return ok('indexes', `all ${wanted.length} are there`)
  const quote = (name: string) => (database.dialectName === 'mysql' ? `\`${name}\`` : `"${name}"`)
  return wrong(
    'indexes',
    missing
      .map(
        ({ table, column, unique, without }) =>
          `no ${unique ? 'unique index' : 'index'} on ${tables[table]} (${column}): ${without}`,
      )
      .join('; '),
    missing
      .map(({ table, column, unique }) => {
        return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote(`${table}_${column}`)} ON ${tables[table]} (${quote(column)});`
      })
      .join(' '),
  )
}

function checkCollation({ tables, djangoTables, database }: Store, { outstanding }: Schemas): Finding {
  const folding = outstanding.columns.find(({ name }) => name === 'jti')?.folding
  if (!folding) return ok('collation', 'jtis are compared byte for byte')
  if (djangoTables)
    return skipped('collation', `Django gave the column jti ${folding}; a jti that differs from another in case alone is refused`)
  return wrong(
    'collation',
    `the column jti has ${folding}, by which two different jtis can be equal; blacklisting one of them then fails with ERR_BLACKLIST_CONFLICT`,
    database.dialectName === 'mysql'
      ? `ALTER TABLE ${tables.outstanding} MODIFY jti VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;`
      : 'Make the column jti a VARCHAR(255) with a binary, deterministic collation, as the migrations do.',
  )
}
