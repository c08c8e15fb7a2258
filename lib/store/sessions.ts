import type { Transaction } from 'sequelize'
import { utcText } from '../../models'
import { isChain } from '../claims'
import { blacklistKnown } from './blacklist'
import type { Statements } from './database'
import { orNobodys, ownerOf, unlessNoSuchUser } from './django'
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

/** A user's live sessions, the youngest first. */
export async function liveSessions(store: Store, userId: string, now: Date): Promise<LiveSession[]> {
  const { database, tables } = store
  const { dialect, dialectName } = database
  const ofUser = `FROM ${tables.outstanding} o LEFT JOIN ${tables.blacklisted} b ON b.token_id = o.id WHERE ${dialect.equal('o.user_id', '$1')}`
  // A session's id has 32 characters, a chain's members begin with it, and no other jti that we make is like either. Django's
  // are, but it stores the tokens.
  const form = `LENGTH(o.jti) = 32${store.djangoTables ? " AND o.token = ''" : ''}`
  const sessions =
    `SELECT o.jti AS id, ${dialect.epoch('o.created_at')} AS created, ${dialect.epoch('o.expires_at')} AS expires ${ofUser} ` +
    `AND ${form} AND o.expires_at > $2 AND b.id IS NULL ORDER BY o.id DESC`
  const refreshed =
    `SELECT SUBSTR(o.jti, 1, 32) AS id, MAX(${dialect.epoch('o.created_at')}) AS created ${ofUser} ` +
    `AND SUBSTR(o.jti, 33, 1) = '.' GROUP BY SUBSTR(o.jti, 1, 32)`
  const owner = ownerOf(store, userId)
  if (owner === null) return []
  return orNobodys<LiveSession[]>(store, [], () =>
    database.read(async (statements) => {
      const rows = await statements.select<SessionRow>(sessions, [owner, utcText(now, dialectName)])
      const latest = await statements.select<SessionRow>(refreshed, [owner])
      const refreshedAt = new Map(latest.map(({ id, created }) => [id, created]))
      return rows
        .filter(({ id }) => isChain(id))
        .map(({ id, created, expires }) => ({
          id,
          createdAt: date(created),
          refreshedAt: date(refreshedAt.get(id) ?? created),
          expiresAt: date(expires),
        }))
    }),
  )
}

/**
 * Ends a session.
 * @param userId whose it must be, where given
 * @returns false where there is no such session
 */
export async function revokeSession(
  store: Store,
  id: string,
  { userId, transaction }: { userId?: string | undefined; transaction?: Transaction | null | undefined } = {},
): Promise<boolean> {
  if (!isChain(id)) return false
  const mayEnd =
    userId === undefined || (await store.database.write((statements) => belongsTo(store, statements, id, userId), transaction))
  return mayEnd && blacklistKnown(store, id, transaction)
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
