import type { Transaction } from 'sequelize'
import { utcText } from '../../models'
import { BlacklistConflictError } from '../errors'
import type { Statements } from './database'
import { djangoId, unlessNoSuchUser } from './django'
import type { RowId, Store } from './store'

/** What one row of the outstanding table says. */
export interface OutstandingRow {
  jti: string
  userId: string | null
  /** The encoded token, where `storeTokens` is on. */
  token: string | null
  createdAt: Date | null
  /** The last moment at which anything that the row guards could be accepted. */
  expiresAt: Date
}

/**
 * Records tokens as outstanding, in this order. A row that is there already stays, but its expiry moves on to the later one.
 * @throws BlacklistConflictError where the database holds a jti for equal to another
 */
export async function record(store: Store, rows: OutstandingRow[], transaction?: Transaction | null): Promise<void> {
  await store.database.write(async (statements) => {
    await insertOutstanding(store, statements, rows)
    const jtis = rows.map(({ jti }) => jti)
    if ((await lockAll(store, statements, jtis)).includes(undefined)) throw new BlacklistConflictError()
  }, transaction)
}

/** Records them, of one user and in this order, as a part of a larger transaction, and locks the rows. */
export async function insertOutstanding(store: Store, statements: Statements, rows: OutstandingRow[]): Promise<void> {
  const insert = store.djangoTables ? insertForDjango : insertRows
  const [first, ...others] = rows
  // PostgreSQL changes no row twice in one statement: a token from elsewhere may have its session's id.
  if (first && others.some(({ jti }) => jti === first.jti)) for (const row of rows) await insert(store, statements, [row])
  else await insert(store, statements, rows)
}

/** A user who is gone, or whose id is none of Django's, becomes null, as there. */
async function insertForDjango(store: Store, statements: Statements, rows: OutstandingRow[]): Promise<void> {
  const insertOf = (userId: string | null) =>
    insertRows(
      store,
      statements,
      rows.map((row) => ({ ...row, token: row.token ?? '', userId })),
    )
  const given = rows[0]?.userId ?? null
  const userId = given === null ? null : djangoId(given)
  const inserted =
    userId !== null &&
    (await unlessNoSuchUser(store, statements, async () => {
      await insertOf(userId)
      return true
    }))
  if (!inserted) await insertOf(null)
}

async function insertRows(store: Store, statements: Statements, rows: OutstandingRow[]): Promise<void> {
  const { tables } = store
  const { dialect, dialectName } = store.database
  const expiresAt = `${tables.outstanding}.expires_at`
  const bind = rows.flatMap((row) => [
    row.userId,
    row.jti,
    row.token,
    row.createdAt && utcText(row.createdAt, dialectName),
    utcText(row.expiresAt, dialectName),
  ])
  const values = rows.map((_, row) => `(${[1, 2, 3, 4, 5].map((column) => `$${row * 5 + column}`).join(', ')})`)
  await statements.change(
    `INSERT INTO ${tables.outstanding} (user_id, jti, token, created_at, expires_at) VALUES ${values.join(', ')}` +
      dialect.onConflictUpdate('jti', expiresAt, dialect.latest(expiresAt, dialect.given('expires_at'))),
    bind,
    { secret: rows.some(({ token }) => token) },
  )
}

/**
 * Locks the row of a jti until the transaction ends.
 * @returns its id, or undefined where there is none
 */
export async function lockOutstanding(store: Store, statements: Statements, jti: string): Promise<RowId | undefined> {
  return (await lockAll(store, statements, [jti]))[0]
}

async function lockAll({ database, tables }: Store, statements: Statements, jtis: string[]): Promise<(RowId | undefined)[]> {
  const list = jtis.map((_, index) => `$${index + 1}`).join(', ')
  const sql = `SELECT o.id, o.jti FROM ${tables.outstanding} o WHERE o.jti IN (${list})${database.dialect.lock('o')}`
  const rows = await statements.select<{ id: RowId; jti: string }>(sql, jtis)
  // The column's collation may hold another jti for equal.
  return jtis.map((jti) => rows.find((row) => row.jti === jti)?.id)
}
