import type { Transaction } from 'sequelize'
import { utcText } from '../../models'
import { BlacklistConflictError } from '../errors'
import type { Statements } from './database'
import { djangoId, unlessNoSuchUser } from './django'
import { insertOutstanding, lockOutstanding, type OutstandingRow } from './outstanding'
import type { Store } from './store'

/**
 * Blacklists a token, and records it as outstanding first if need be. A second call changes nothing, but the expiry moves on
 * where this token lives longer than the row said.
 * @throws BlacklistConflictError where the database holds the jti for equal to another
 */
export async function blacklist(store: Store, row: OutstandingRow, transaction?: Transaction | null): Promise<void> {
  await store.database.write(async (statements) => {
    await insertOutstanding(store, statements, row)
    await insertBlacklisted(store, statements, row.jti)
    await assertBlacklisted(store, statements, row)
  }, transaction)
}

/**
 * Blacklists the outstanding token of this id, of which nothing else is known.
 * @returns false where no such token is outstanding
 */
export async function blacklistKnown(store: Store, jti: string, transaction?: Transaction | null): Promise<boolean> {
  return store.database.write(async (statements) => {
    if ((await lockOutstanding(store, statements, jti)) === undefined) return false
    await insertBlacklisted(store, statements, jti)
    await assertBlacklisted(store, statements, { jti })
    return true
  }, transaction)
}

/**
 * Blacklists every outstanding token of a user, in one statement.
 * @returns how many it blacklisted, without those that were blacklisted already
 */
export async function blacklistUser(store: Store, userId: string, transaction?: Transaction | null): Promise<number> {
  const { database, tables } = store
  const { dialect } = database
  // The lock waits for a flush that is about to delete such a row, and then passes over it.
  const sql =
    `INSERT INTO ${tables.blacklisted} (token_id, blacklisted_at) ` +
    `SELECT o.id, ${dialect.now} FROM ${tables.outstanding} o WHERE ${dialect.equal('o.user_id', '$1')} ` +
    `AND NOT EXISTS (SELECT 1 FROM ${tables.blacklisted} b WHERE b.token_id = o.id)` +
    dialect.lock('o') +
    dialect.onConflictNothing('token_id', `${tables.blacklisted}.token_id`)
  const insert = (statements: Statements, id: string) => statements.change(sql, [id])
  return database.write(async (statements) => {
    if (!store.djangoTables) return insert(statements, userId)
    const id = djangoId(userId)
    return (id !== null && (await unlessNoSuchUser(store, statements, () => insert(statements, id)))) || 0
  }, transaction)
}

async function insertBlacklisted({ database, tables }: Store, statements: Statements, jti: string): Promise<void> {
  const { dialect } = database
  await statements.change(
    `INSERT INTO ${tables.blacklisted} (token_id, blacklisted_at) ` +
      `SELECT o.id, ${dialect.now} FROM ${tables.outstanding} o WHERE o.jti = $1` +
      dialect.onConflictNothing('token_id', `${tables.blacklisted}.token_id`),
    [jti],
  )
}

interface Blacklisted {
  jti: string
  expiresAt?: Date
}

/** A write that did not do what it reports fails loudly. */
async function assertBlacklisted(
  { database, tables }: Store,
  statements: Statements,
  { jti, expiresAt }: Blacklisted,
): Promise<void> {
  const { dialect, dialectName } = database
  const bind = expiresAt ? [jti, utcText(expiresAt, dialectName)] : [jti]
  const rows = await statements.select<{ jti: string }>(
    `SELECT o.jti FROM ${tables.outstanding} o JOIN ${tables.blacklisted} b ON b.token_id = o.id WHERE o.jti = $1` +
      (expiresAt ? ' AND o.expires_at >= $2' : '') +
      dialect.lock('o'),
    bind,
  )
  if (!rows.some((row) => row.jti === jti)) throw new BlacklistConflictError()
}
