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
    for (const row of rows) {
      await insertOutstanding(store, statements, row)
      if ((await lockOutstanding(store, statements, row.jti)) === undefined) throw new BlacklistConflictError()
    }
  }, transaction)
}

/** Records it as a part of a larger transaction, and locks the row. */
export async function insertOutstanding(store: Store, statements: Statements, row: OutstandingRow): Promise<void> {
  if (store.djangoTables) await insertForDjango(store, statements, row)
  else await insertRow(store, statements, row)
}

/** A user who is gone, or whose id is none of Django's, becomes null, as there. */
async function insertForDjango(store: Store, statements: Statements, row: OutstandingRow): Promise<void> {
  const storable = { ...row, token: row.token ?? '' }
  const userId = row.userId === null ? null : djangoId(row.userId)
  const inserted =
    userId !== null &&
    (await unlessNoSuchUser(store, statements, async () => {
      await insertRow(store, statements, { ...storable, userId })
      return true
    }))
  if (!inserted) await insertRow(store, statements, { ...storable, userId: null })
}

async function insertRow({ database, tables }: Store, statements: Statements, row: OutstandingRow): Promise<void> {
  const { dialect, dialectName } = database
  const expiresAt = `${tables.outstanding}.expires_at`
  await statements.change(
    `INSERT INTO ${tables.outstanding} (user_id, jti, token, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)` +
      dialect.onConflictUpdate('jti', expiresAt, dialect.latest(expiresAt, '$5')),
    [row.userId, row.jti, row.token, row.createdAt && utcText(row.createdAt, dialectName), utcText(row.expiresAt, dialectName)],
    { secret: Boolean(row.token) },
  )
}

/**
 * Locks the row of a jti until the transaction ends.
 * @returns its id, or undefined where there is none
 */
export async function lockOutstanding(
  { database, tables }: Store,
  statements: Statements,
  jti: string,
): Promise<RowId | undefined> {
  const sql = `SELECT o.id, o.jti FROM ${tables.outstanding} o WHERE o.jti = $1${database.dialect.lock('o')}`
  const rows = await statements.select<{ id: RowId; jti: string }>(sql, [jti])
  // The column's collation may hold another jti for equal.
  return rows.find((row) => row.jti === jti)?.id
}
