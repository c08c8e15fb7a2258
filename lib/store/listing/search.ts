import { utcText } from '../../../models'
import { isStorable } from '../../claims'
import { ownerOf } from '../django'
import type { Store } from '../store'
import type { Condition } from './condition'
import { listingDialect } from './dialect'
import type { OutstandingFilter, OutstandingSearch } from './types'

/** How the rows of a search are found, of the outstanding table as `o`. */
export interface Plan {
  /** What is walked along: a primary key, the rows of one user or of one jti, or the index on the expiry. */
  along: 'token' | 'user' | 'jti' | 'blacklisted' | 'expiry'
  /** What the index answers: each entry that is looked at fulfils it. */
  indexed: Condition[]
  /** What is left to be asked of each row; where there is nothing, every entry is a match. */
  filter: Condition[]
}

const FILTERS: OutstandingFilter[] = ['all', 'active', 'expired', 'blacklisted', 'sessions']

/**
 * @returns null where nothing can match
 * @throws TypeError for a filter that is none
 */
export function planOf(store: Store, search: OutstandingSearch, now: Date): Plan | null {
  const { filter, jti, userId } = search
  if (!FILTERS.includes(filter)) throw new TypeError(`filter must be one of ${FILTERS.join(', ')}; got ${String(filter)}`)
  const { equal } = store.database.dialect
  const conditions = filterOf(store, filter, now)
  if (jti === undefined && userId === undefined) {
    if (filter === 'blacklisted') return { along: 'blacklisted', indexed: [], filter: [] }
    // Django's tables have no such index.
    if (filter === 'expired' && !store.djangoTables) return { along: 'expiry', indexed: conditions, filter: [] }
    return { along: 'token', indexed: [], filter: conditions }
  }
  const indexed: Condition[] = []
  if (userId !== undefined) {
    const owner = isStorable(userId) ? ownerOf(store, userId) : null
    if (owner === null) return null
    indexed.push((bound) => equal('o.user_id', bound(owner)))
  }
  if (jti !== undefined) {
    if (!isStorable(jti)) return null
    indexed.push((bound) => equal('o.jti', bound(jti)))
  }
  return { along: jti === undefined ? 'user' : 'jti', indexed, filter: conditions }
}

function filterOf(store: Store, filter: OutstandingFilter, now: Date): Condition[] {
  const moment = utcText(now, store.database.dialectName)
  switch (filter) {
    case 'all':
      return []
    case 'active':
      return [
        (bound) => `o.expires_at > ${bound(moment)}`,
        () => `${ownRow(store)} IS NULL`,
        () => `${sessionsRow(store)} IS NULL`,
      ]
    case 'expired':
      return [(bound) => `o.expires_at <= ${bound(moment)}`]
    case 'blacklisted':
      return [() => `${ownRow(store)} IS NOT NULL`]
    case 'sessions':
      return [() => isSession(store)]
  }
}

/** A subquery that gives a value, since the planners make no join of it, which could read the whole other table. */
function ownRow({ tables }: Store): string {
  return `(SELECT b.id FROM ${tables.blacklisted} b WHERE b.token_id = o.id)`
}

/** The blacklisted row of the session of a chain's member; null for any other jti. */
function sessionsRow({ tables }: Store): string {
  return (
    `CASE WHEN SUBSTR(o.jti, 33, 1) = '.' THEN (SELECT b.id FROM ${tables.outstanding} s JOIN ${tables.blacklisted} b ` +
    'ON b.token_id = s.id WHERE s.jti = SUBSTR(o.jti, 1, 32)) END'
  )
}

/** Django's own jtis have a session's form, but it stores the tokens. */
function isSession({ database, djangoTables }: Store): string {
  const form = `LENGTH(o.jti) = 32 AND ${listingDialect(database.dialectName).isHex('o.jti')}`
  return `${form}${djangoTables ? " AND o.token = ''" : ''}`
}
