import { chainOf, successorOf } from '../claims'
import type { Statements } from './database'
import { lockOutstanding } from './outstanding'
import type { RowId, Store } from './store'
import { type Subject, subjectOf } from './subject'

/** One row of the blacklist, as somebody saw it. */
export interface BlacklistedRow {
  id: string
  jti: string
}

/** `changed`: there is no such row any more. */
export type Unblacklisted = ({ is: 'done'; sid: string | null } & Subject) | { is: 'changed' | 'rotated' | 'session-revoked' }

/**
 * Takes a token off the blacklist again, or a session; but no refresh token that was exchanged, which would fork its chain, and none
 * whose session is revoked, which would stay refused. The locks are taken in the order in which a rotation takes them.
 */
export async function unblacklist(store: Store, { id, jti }: BlacklistedRow): Promise<Unblacklisted> {
  return store.database.write(async (statements) => {
    const session = chainOf(jti)
    const sessionId = session === undefined ? undefined : await lockOutstanding(store, statements, session)
    const tokenId = await lockOutstanding(store, statements, jti)
    if (tokenId === undefined || (await blacklistedId(store, statements, tokenId)) !== id) return { is: 'changed' }
    if ((await lockOutstanding(store, statements, successorOf(jti))) !== undefined) return { is: 'rotated' }
    if (sessionId !== undefined && (await blacklistedId(store, statements, sessionId))) return { is: 'session-revoked' }
    statements.afterEnd(() => store.cache?.forget(jti))
    const deleted = await statements.change(`DELETE FROM ${store.tables.blacklisted} WHERE token_id = $1`, [tokenId])
    if (deleted !== 1) return { is: 'changed' }
    const { userId, isSession } = await subjectOf(store, statements, jti)
    return { is: 'done', userId, isSession, sid: isSession ? jti : sessionId === undefined ? null : (session ?? null) }
  })
}

async function blacklistedId({ database, tables }: Store, statements: Statements, tokenId: RowId): Promise<string | undefined> {
  const sql = `SELECT b.id FROM ${tables.blacklisted} b WHERE b.token_id = $1${database.dialect.lock('b')}`
  const [row] = await statements.select<{ id: RowId }>(sql, [tokenId])
  return row && String(row.id)
}
