import type { Transaction } from 'sequelize'
import { BlacklistConflictError } from '../errors'
import { blacklistFirst, blacklistToHead, endSession } from './blacklist'
import type { Statements } from './database'
import { insertOutstanding, lockOutstanding, type OutstandingRow } from './outstanding'
import { hasSnapshot } from './snapshot'
import type { RowId, Store } from './store'

/** The exchange of a refresh token for its successor. */
export interface Rotation {
  old: OutstandingRow
  successor: OutstandingRow
  /** Its session, with an expiry that covers the successor's; null where it has none. */
  session: OutstandingRow | null
  /** How many seconds after the rotation the old token gets the same successor again. */
  gracePeriod: number
  /** When the request came, by `performance.now()`: what it waited since does not count, nor does an outage before it. */
  since: number
}

export type Outcome =
  | { is: 'rotated' }
  /** It was, a moment ago; the successor's row says from when to when, in seconds since the epoch. */
  | { is: 'repeated'; createdAt: number; expiresAt: number }
  | { is: 'blacklisted' }
  /** It was, long ago: somebody has a copy. The session and the chain have been ended. */
  | { is: 'reused' }

/** Seconds by which the two clocks, the database's and this process's, may round and drift apart while a request waits. */
const TOLERANCE = 0.002

/**
 * Blacklists a refresh token and records its successor, both or neither. Of any number of calls for one token, at any time and
 * in any process, one rotates it: the unique index on `token_id` decides. The order, the session first, is everybody's, so
 * that nothing deadlocks by design and no refresh in flight outruns the end of its session.
 */
export async function rotate(store: Store, rotation: Rotation, transaction?: Transaction | null): Promise<Outcome> {
  const { old, successor, session } = rotation
  return store.database.write(async (statements) => {
    await insertOutstanding(store, statements, session ? [session, old] : [old])
    const id = await idUnlessEnded(store, statements, rotation)
    if (id === undefined) return { is: 'blacklisted' }
    if (!(await blacklistFirst(store, statements, { id, jti: old.jti }))) return lost(store, statements, rotation)
    await insertOutstanding(store, statements, [successor])
    return { is: 'rotated' }
  }, transaction)
}

/**
 * The old token's row.
 * @returns undefined where its session has ended
 */
async function idUnlessEnded(store: Store, statements: Statements, { old, session }: Rotation): Promise<RowId | undefined> {
  if (!session) return found(await lockOutstanding(store, statements, old.jti))
  const [row, sessionRow] = await statesOf(store, statements, [old.jti, session.jti])
  return found(sessionRow).age === null ? found(row).id : undefined
}

/** A row that was just inserted is there, unless the database holds its jti for equal to another. */
function found<T>(row: T | undefined): T {
  if (row === undefined) throw new BlacklistConflictError()
  return row
}

/** The token was blacklisted before: rotated by an earlier call, or revoked. */
async function lost(store: Store, statements: Statements, rotation: Rotation): Promise<Outcome> {
  const { old, successor, session, gracePeriod, since } = rotation
  const [rotated, next] = await statesOf(store, statements, [old.jti, successor.jti])
  if (!next) return { is: 'blacklisted' }
  const waiting = Math.min(since, store.database.outage.before(since, gracePeriod) ?? since)
  const waited = (performance.now() - waiting) / 1000
  if (Number(rotated?.age) - waited <= gracePeriod + TOLERANCE) {
    if (next.age !== null || gracePeriod === 0) return { is: 'blacklisted' }
    return { is: 'repeated', createdAt: Number(next.created), expiresAt: Number(next.expires) }
  }
  await endSession(store, statements, session)
  const ended = await blacklistToHead(store, statements, successor.jti)
  // A chain that was over already has nothing left to steal.
  return { is: session || ended === 'now' ? 'reused' : 'blacklisted' }
}

interface State {
  id: RowId
  jti: string
  created: number | string
  expires: number | string
  /** Seconds since it was blacklisted; null where it is not. */
  age: number | string | null
}

/**
 * The rows of these jtis as they are committed now, in this order; undefined where there is none. The caller has locked the
 * session's row, or the token's, without reading before. So a plain read sees the present, but in an app's transaction; a
 * locking one would lock the gap where a row is missing, and on InnoDB refreshes of different sessions would deadlock.
 */
async function statesOf(store: Store, statements: Statements, jtis: string[]): Promise<(State | undefined)[]> {
  const { database, tables } = store
  const { dialect } = database
  const lock = statements.ofApp ? dialect.lock('o') : ''
  const rows = await statements.select<State>(
    `SELECT o.id, o.jti, ${dialect.epoch('o.created_at')} AS created, ${dialect.epoch('o.expires_at')} AS expires, ` +
      `${dialect.age('b.blacklisted_at')} AS age FROM ${tables.outstanding} o LEFT JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
      `WHERE o.jti IN (${jtis.map((_, index) => `$${index + 1}`).join(', ')})${lock}`,
    jtis,
  )
  if (await hasSnapshot(store, statements)) {
    for (const row of rows) if (row.age === null && !(await canBlacklist(store, statements, row))) row.age = 0
  }
  return jtis.map((jti) => rows.find((row) => row.jti === jti))
}

/**
 * Asks by an insert that is undone: a snapshot does not show what was blacklisted since, but to insert the same fails.
 */
async function canBlacklist(store: Store, statements: Statements, row: State): Promise<boolean> {
  await statements.change('SAVEPOINT passport_jwt_blacklist')
  const inserted = await blacklistFirst(store, statements, row)
  await statements.change('ROLLBACK TO SAVEPOINT passport_jwt_blacklist')
  return inserted
}
