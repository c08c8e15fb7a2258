import { utcText } from '../../../models'
import { isStorable } from '../../claims'
import { ownerOf } from '../django'
import type { Store } from '../store'
import { type Condition, ownRow, sessionForm, sessionsRow } from './condition'
import type { Order } from './cursor'
import { listingDialect } from './dialect'
import type { OutstandingFilter, OutstandingSearch } from './types'

/** How the rows of a search are found. */
export interface Plan {
  order: Order
  /** Whether the index on the user gives the order. */
  ofUser: boolean
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
  if (jti === undefined && userId === undefined) return planOfAll(store, filter, now)
  const indexed: Condition[] = []
  if (userId !== undefined) {
    const owner = isStorable(userId) ? ownerOf(store, userId) : null
    if (owner === null) return null
    indexed.push((bound) => listingDialect(store.database.dialectName).isOfUser(bound(owner)))
  }
  if (jti !== undefined) {
    if (!isStorable(jti)) return null
    indexed.push((bound) => store.database.dialect.equal('o.jti', bound(jti)))
  }
  const { lifetime, rest } = conditionsOf(store, filter, now)
  return {
    order: filter === 'expired' ? 'oldest' : 'youngest',
    ofUser: jti === undefined,
    indexed,
    filter: [...lifetime, ...rest],
  }
}

export function planOfAll(store: Store, filter: OutstandingFilter, now: Date): Plan {
  const { lifetime, rest } = conditionsOf(store, filter, now)
  const ofUser = false
  if (filter === 'blacklisted') return { order: 'blacklisted', ofUser, indexed: [], filter: [] }
  // Django's tables have no index on the expiry, but what is old there has expired.
  if (store.djangoTables || lifetime.length === 0) {
    return { order: filter === 'expired' ? 'oldest' : 'youngest', ofUser, indexed: [], filter: [...lifetime, ...rest] }
  }
  return { order: filter === 'expired' ? 'expired' : 'active', ofUser, indexed: lifetime, filter: rest }
}

/** @returns what the index on the expiry answers, and the rest */
function conditionsOf(store: Store, filter: OutstandingFilter, now: Date): { lifetime: Condition[]; rest: Condition[] } {
  const moment = utcText(now, store.database.dialectName)
  const expires =
    (comparison: string): Condition =>
    (bound) =>
      `o.expires_at ${comparison} ${bound(moment)}`
  switch (filter) {
    case 'all':
      return { lifetime: [], rest: [] }
    case 'active':
      return { lifetime: [expires('>')], rest: [() => `${ownRow(store)} IS NULL`, () => `${sessionsRow(store)} IS NULL`] }
    case 'expired':
      return { lifetime: [expires('<=')], rest: [] }
    case 'blacklisted':
      return { lifetime: [], rest: [() => `${ownRow(store)} IS NOT NULL`] }
    case 'sessions':
      return { lifetime: [], rest: [() => sessionForm(store)] }
  }
}
