import type { Transaction } from 'sequelize'
import { BlacklistUnavailableError } from '../errors'
import type { Statements } from './database'
import { djangoId, unlessNoSuchUser } from './django'
import { assertSeen } from './snapshot'
import type { Store } from './store'

/** Each round ends what a refresh made during the one before. */
const MAX_ROUNDS = 100

/**
 * Blacklists every outstanding token of a user, and with them the user's sessions.
 * @param except a session to spare, with its tokens
 * @returns how many rows it blacklisted, without those that were blacklisted already
 */
export async function blacklistUser(
  store: Store,
  userId: string,
  { except, transaction }: { except?: string | undefined; transaction?: Transaction | null | undefined } = {},
): Promise<number> {
  const { database, tables, cache } = store
  const { dialect } = database
  const spared = except === undefined ? '' : ` AND o.jti <> $2 AND SUBSTR(o.jti, 1, ${[...except].length + 1}) <> $3`
  // The lock waits for a flush that is about to delete such a row, and then passes over it; and for a refresh in flight, which
  // locks a session before its tokens. So the order is that of their making.
  const sql =
    `INSERT INTO ${tables.blacklisted} (token_id, blacklisted_at) ` +
    `SELECT o.id, ${dialect.now} FROM ${tables.outstanding} o WHERE ${dialect.equal('o.user_id', '$1')}${spared} ` +
    `AND NOT EXISTS (SELECT 1 FROM ${tables.blacklisted} b WHERE b.token_id = o.id) ORDER BY o.id` +
    dialect.lock('o') +
    dialect.onConflictNothing('token_id', `${tables.blacklisted}.token_id`)
  // A join, since a lock reaches what is committed now in joined tables, and not in a subquery.
  const left =
    `SELECT o.id FROM ${tables.outstanding} o LEFT JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
    `WHERE ${dialect.equal('o.user_id', '$1')}${spared} AND b.id IS NULL`
  const own = `SELECT o.id FROM ${tables.outstanding} o WHERE ${dialect.equal('o.user_id', '$1')}${spared}`
  // On PostgreSQL a statement that waited for a refresh in flight does not see the successor which that made.
  const insert = async (statements: Statements, id: string) => {
    const bind = except === undefined ? [id] : [id, except, `${except}.`]
    let count = 0
    for (let round = 0; round < MAX_ROUNDS; round++) {
      count += await statements.change(sql, bind)
      if ((await statements.select(`${left} LIMIT 1${dialect.lock('o')}`, bind)).length > 0) continue
      await assertSeen(store, statements, { committed: left, own, bind })
      return count
    }
    throw new BlacklistUnavailableError("Some of the user's tokens could not be blacklisted: others are made all the time")
  }
  return database.write(async (statements) => {
    statements.afterEnd(() => cache?.forgetAll())
    if (!store.djangoTables) return insert(statements, userId)
    const id = djangoId(userId)
    return (id !== null && (await unlessNoSuchUser(store, statements, () => insert(statements, id)))) || 0
  }, transaction)
}
