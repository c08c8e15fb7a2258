import { chainOf, successorOf } from '../claims'
import type { Statements } from './database'
import { lockOutstanding } from './outstanding'
import type { RowId, Store } from './store'

/** One row of the blacklist, as somebody saw it. */
export interface BlacklistedRow {
  id: string
  jti: string
}

/** `changed`: there is no such row any more. */
export type Unblacklisted = 'done' | 'changed' | 'rotated' | 'session-revoked'

/**
 * Takes a token off the blacklist again, or a session; but no refresh token that was exchanged, which would fork its chain, and none
 * whose session is revoked, which would stay refused. The locks are taken in the order in which a rotation takes them.
 */
export async function unblacklist(store: Store, { id, jti }: BlacklistedRow): Promise<Unblacklisted> {
  return store.database.write(async (statements) => {
    const session = chainOf(jti)
    const sessionId = session === undefined ? undefined : await lockOutstanding(store, statements, session)
    const tokenId = await lockOutstanding(store, statements, jti)
    if (tokenId === undefined || (await blacklistedId(store, statements, tokenId)) !== id) return 'changed'
    if ((await lockOutstanding(store, statements, successorOf(jti))) !== undefined) return 'rotated'
    if (sessionId !== undefined && (await blacklistedId(store, statements, sessionId))) return 'session-revoked'
    statements.afterEnd(() => store.cache?.forget(jti))
    const deleted = await statements.change(`DELETE FROM ${store.tables.blacklisted} WHERE token_id = $1`, [tokenId])
    return deleted === 1 ? 'done' : 'changed'
  })
}

async function blacklistedId({ database, tables }: Store, statements: Statements, tokenId: RowId): Promise<string | undefined> {
  const sql = `SELECT b.id FROM ${tables.blacklisted} b WHERE b.token_id = $1${database.dialect.lock('b')}`
  const [row] = await statements.select<{ id: RowId }>(sql, [tokenId])
  return row && String(row.id)
}
