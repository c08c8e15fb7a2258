import type { Transaction } from 'sequelize'
import { utcText } from '../../models'
import { isChain } from '../claims'
import { blacklistKnown, type Ended } from './blacklist'
import type { Statements } from './database'
import { orNobodys, ownerOf, unlessNoSuchUser } from './django'
import { sessionForm } from './listing/condition'
import { assertNowhere } from './snapshot'
import type { Store } from './store'

/** A session that is neither over nor ended. */
export interface LiveSession {
  id: string
  createdAt: Date
  /** When its youngest refresh token was issued. */
  refreshedAt: Date
  /** When its last token expires at the latest, unless it is refreshed. */
  expiresAt: Date
}

interface SessionRow {
  id: string
  created: number | string
  expires: number | string
}

/** Whoever may log in can have as many sessions as they like. */
const MAX_LISTED = 100

/** A user's live sessions, the youngest first, and no more than `MAX_LISTED`. */
export async function liveSessions(store: Store, userId: string, now: Date): Promise<LiveSession[]> {
  const owner = ownerOf(store, userId)
  if (owner === null) return []
  return orNobodys<LiveSession[]>(store, [], () =>
    store.database.read(async (statements) => {
      const rows = await liveRows(store, statements, owner, now)
      const refreshedAt = await refreshTimes(store, statements, owner, rows)
      return rows.map(({ id, created, expires }) => ({
        id,
        createdAt: date(created),
        refreshedAt: date(refreshedAt.get(id) ?? created),
        expiresAt: date(expires),
      }))
    }),
  )
}

async function liveRows(store: Store, statements: Statements, owner: string, now: Date): Promise<SessionRow[]> {
  const { tables, database } = store
  const { dialect, dialectName } = database
  return statements.select<SessionRow>(
    `SELECT o.jti AS id, ${dialect.epoch('o.created_at')} AS created, ${dialect.epoch('o.expires_at')} AS expires ` +
      `FROM ${tables.outstanding} o LEFT JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
      `WHERE ${dialect.equal('o.user_id', '$1')} AND ${sessionForm(store)} AND o.expires_at > $2 AND b.id IS NULL ` +
      `ORDER BY o.id DESC LIMIT ${MAX_LISTED}`,
    [owner, utcText(now, dialectName)],
  )
}

/** When the youngest member of each session's chain was issued; a member's jti begins with the session's id. */
async function refreshTimes(
  { database, tables }: Store,
  statements: Statements,
  owner: string,
  sessions: SessionRow[],
): Promise<Map<string, number | string>> {
  if (sessions.length === 0) return new Map()
  const { dialect } = database
  const ids = sessions.map((_, index) => `$${index + 2}`).join(', ')
  const rows = await statements.select<{ id: string; created: number | string }>(
    `SELECT SUBSTR(o.jti, 1, 32) AS id, MAX(${dialect.epoch('o.created_at')}) AS created FROM ${tables.outstanding} o ` +
      `WHERE ${dialect.equal('o.user_id', '$1')} AND SUBSTR(o.jti, 33, 1) = '.' AND SUBSTR(o.jti, 1, 32) IN (${ids}) ` +
      `GROUP BY SUBSTR(o.jti, 1, 32)`,
    [owner, ...sessions.map(({ id }) => id)],
  )
  return new Map(rows.map(({ id, created }) => [id, created]))
}

/**
 * Ends a session.
 * @param userId whose it must be, where given
 * @returns undefined where there is no such session
 */
export async function revokeSession(
  store: Store,
  id: string,
  { userId, transaction }: { userId?: string | undefined; transaction?: Transaction | null | undefined } = {},
): Promise<Ended | undefined> {
  if (!isChain(id)) return undefined
  const mayEnd =
    userId === undefined || (await store.database.write((statements) => belongsTo(store, statements, id, userId), transaction))
  return mayEnd ? blacklistKnown(store, id, transaction) : undefined
}

/** Whose a session is never changes, so that the answer stays true. */
async function belongsTo(store: Store, statements: Statements, id: string, userId: string): Promise<boolean> {
  const { database, tables } = store
  const sql = `SELECT o.id FROM ${tables.outstanding} o WHERE o.jti = $1 AND ${database.dialect.equal('o.user_id', '$2')}`
  const owner = ownerOf(store, userId)
  if (owner === null) return false
  const find = () => statements.select(sql + database.dialect.lock('o'), [id, owner])
  const rows = store.djangoTables ? await unlessNoSuchUser(store, statements, find) : await find()
  if (rows === undefined) return false
  if (rows.length === 0) await assertNowhere(store, statements, sql, [id, owner])
  return rows.length > 0
}

function date(seconds: number | string): Date {
  return new Date(Number(seconds) * 1000)
}
