import type { Transaction } from 'sequelize'
import { utcText } from '../../models'
import { chainOf, furtherOf, successorOf } from '../claims'
import { BlacklistConflictError } from '../errors'
import type { Statements } from './database'
import { isDuplicate } from './failure'
import { insertOutstanding, lockOutstanding, type OutstandingRow } from './outstanding'
import { assertNowhere } from './snapshot'
import type { RowId, Store } from './store'
import { subjectOf } from './subject'

/** A token, and the session that ends with it. */
export interface Revocation {
  token: OutstandingRow
  session: OutstandingRow | null
}

/**
 * Blacklists a token, and records it as outstanding first if need be; and ends what follows from it: its session, and the
 * chain's head. A second call changes nothing, but the expiry moves on where this token lives longer than the row said.
 * @returns whether a session ended with it
 * @throws BlacklistConflictError where the database holds the jti for equal to another
 */
export async function blacklist(
  store: Store,
  { token, session }: Revocation,
  transaction?: Transaction | null,
): Promise<boolean> {
  return store.database.write(async (statements) => {
    const sessionEnded = await endSession(store, statements, session ?? chainOf(token.jti))
    await insertOutstanding(store, statements, [token])
    await blacklistToHead(store, statements, token.jti)
    await assertBlacklisted(store, statements, token)
    return sessionEnded
  }, transaction)
}

/** What was blacklisted by its id alone. */
export interface Ended {
  /** Whose it was; null where nobody recorded that. */
  userId: string | null
  /** The session that ended with it; null where none did. */
  sid: string | null
}

/**
 * Blacklists the outstanding token, or session, of this id, of which nothing else is known; as `blacklist`.
 * @returns undefined where there is none
 */
export async function blacklistKnown(store: Store, jti: string, transaction?: Transaction | null): Promise<Ended | undefined> {
  return store.database.write(async (statements) => {
    const chain = chainOf(jti)
    const sessionEnded = await endSession(store, statements, chain)
    const found = await blacklistToHead(store, statements, jti)
    if (sessionEnded || found) {
      const id = sessionEnded && chain !== undefined ? chain : jti
      const { userId, isSession } = await subjectOf(store, statements, id)
      return { userId, sid: isSession ? id : null }
    }
    await assertNowhere(store, statements, `SELECT o.id FROM ${store.tables.outstanding} o WHERE o.jti = $1`, [jti])
    return undefined
  }, transaction)
}

/**
 * Ends a session, always before its tokens: whoever refreshes one of them locks the session's row first too.
 * @param session its row, which is made if need be; or its id, where it may have no row
 * @returns whether there is one
 */
export async function endSession(
  store: Store,
  statements: Statements,
  session: OutstandingRow | string | null | undefined,
): Promise<boolean> {
  if (session === null || session === undefined) return false
  if (typeof session !== 'string') await insertOutstanding(store, statements, [session])
  const jti = typeof session === 'string' ? session : session.jti
  const id = await lockOutstanding(store, statements, jti)
  if (id !== undefined) await blacklistFirst(store, statements, { id, jti })
  else if (typeof session !== 'string') throw new BlacklistConflictError()
  return id !== undefined
}

/**
 * Blacklists a token, and where it was blacklisted already its successors too, until an insert of its own stands: then nothing
 * can follow any more. A refresh token that was rotated long ago so ends the chain's head, in a few steps: whoever holds a token
 * can make its chain as long as they like.
 * @returns undefined where there is no such token; otherwise when the chain was ended
 */
export async function blacklistToHead(store: Store, statements: Statements, jti: string): Promise<'now' | 'before' | undefined> {
  let member = jti
  while (true) {
    const id = await lockOutstanding(store, statements, member)
    if (id === undefined) return member === jti ? undefined : 'before'
    if (await blacklistFirst(store, statements, { id, jti: member })) return 'now'
    member = await furthest(store, statements, successorOf(member))
  }
}

/** The last of a chain, seen from one of its members; a locking read, where the app's transaction may see what was before alone. */
async function furthest({ database, tables }: Store, statements: Statements, jti: string): Promise<string> {
  let last = jti
  while (true) {
    const further = furtherOf(last)
    if (further.length === 0) return last
    const list = further.map((_, index) => `$${index + 1}`).join(', ')
    const lock = statements.ofApp ? database.dialect.lock('o') : ''
    const rows = await statements.select<{ jti: string }>(
      `SELECT o.jti FROM ${tables.outstanding} o WHERE o.jti IN (${list})${lock}`,
      further,
    )
    const found = new Set(rows.map((row) => row.jti))
    const next = further.findLast((member) => found.has(member))
    if (next === undefined) return last
    last = next
  }
}

/** @returns whether this insert, and no other, blacklisted the row */
export async function blacklistFirst(
  { database, tables, cache }: Store,
  statements: Statements,
  { id, jti }: { id: RowId; jti: string },
): Promise<boolean> {
  const { dialect } = database
  statements.afterEnd(() => cache?.forget(jti))
  const sql = `INSERT INTO ${tables.blacklisted} (token_id, blacklisted_at) VALUES ($1, ${dialect.now})${dialect.onConflictTell('token_id')}`
  try {
    return (await statements.change(sql, [id])) === 1
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

/** A write that did not do what it reports fails loudly. */
async function assertBlacklisted(
  { database, tables }: Store,
  statements: Statements,
  { jti, expiresAt }: OutstandingRow,
): Promise<void> {
  const { dialect, dialectName } = database
  const rows = await statements.select<{ jti: string }>(
    `SELECT o.jti FROM ${tables.outstanding} o JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
      `WHERE o.jti = $1 AND o.expires_at >= $2${dialect.lock('o')}`,
    [jti, utcText(expiresAt, dialectName)],
  )
  if (!rows.some((row) => row.jti === jti)) throw new BlacklistConflictError()
}
