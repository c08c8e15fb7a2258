import type { Transaction } from 'sequelize'
import { BlacklistConflictError } from '../errors'
import type { Statements } from './database'
import { isDuplicate } from './failure'
import { insertOutstanding, lockOutstanding, type OutstandingRow } from './outstanding'
import type { RowId, Store } from './store'

/**
 * Blacklists a refresh token and records its successor, both or neither. Of any number of calls for one token, at any time and
 * in any process, one succeeds: the unique index on `token_id` decides.
 * @returns false where the token was blacklisted already
 */
export async function exchange(
  store: Store,
  old: OutstandingRow,
  successor: OutstandingRow,
  transaction?: Transaction | null,
): Promise<boolean> {
  return store.database.write(async (statements) => {
    await insertOutstanding(store, statements, old)
    const id = await lockOutstanding(store, statements, old.jti)
    if (id === undefined) throw new BlacklistConflictError()
    if (!(await blacklistFirst(store, statements, id))) return false
    await insertOutstanding(store, statements, successor)
    return true
  }, transaction)
}

/** @returns whether this insert, and no other, blacklisted the row */
async function blacklistFirst({ database, tables }: Store, statements: Statements, id: RowId): Promise<boolean> {
  const { dialect } = database
  const sql = `INSERT INTO ${tables.blacklisted} (token_id, blacklisted_at) VALUES ($1, ${dialect.now})${dialect.onConflictTell('token_id')}`
  try {
    return (await statements.change(sql, [id])) === 1
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}
