import type { Statements } from '../database'
import { orNobodys } from '../django'
import type { Store } from '../store'
import { allOf, binding } from './condition'
import { listingDialect } from './dialect'
import { type Plan, planOf } from './search'
import type { CappedCount, OutstandingSearch } from './types'

/** How many entries a count looks at. */
export const COUNT_CAP = 10_000

const NONE: CappedCount = { count: 0, capped: false }

/** @see Listing.countOutstanding */
export async function countOutstanding(store: Store, search: OutstandingSearch, now: Date): Promise<CappedCount> {
  const plan = planOf(store, search, now)
  if (plan === null) return NONE
  return orNobodys(store, NONE, () => store.database.read((statements) => countAlong(store, statements, plan)))
}

/** How many of the next 10,000 entries match, and whether there are more entries. */
export async function countAlong(store: Store, statements: Statements, plan: Plan): Promise<CappedCount> {
  const { tables, database } = store
  const { bind, bound } = binding()
  const columns = plan.filter.length > 0 ? 'o.id, o.jti, o.token, o.expires_at' : 'o.id'
  const orders: Record<Plan['along'], string> = {
    token: 'o.id DESC',
    jti: 'o.id DESC',
    user: `${listingDialect(database.dialectName).sortById('o.id')} DESC`,
    expiry: 'o.expires_at',
    blacklisted: 'o.id DESC',
  }
  const table = plan.along === 'blacklisted' ? tables.blacklisted : tables.outstanding
  const everything = plan.indexed.length === 0 ? [() => 'o.id > 0'] : plan.indexed
  const inner = `SELECT ${columns} FROM ${table} o${allOf(everything, bound)} ORDER BY ${orders[plan.along]} LIMIT ${COUNT_CAP + 1}`
  return asCount(
    await statements.select<Counted>(
      `SELECT COUNT(*) AS seen, ${plan.filter.length > 0 ? `SUM(CASE${allOf(plan.filter, bound).replace(' WHERE', ' WHEN')} THEN 1 ELSE 0 END)` : 'COUNT(*)'} AS matches FROM (${inner}) o`,
      bind,
    ),
  )
}

export interface Counted {
  seen: number | string
  matches: number | string | null
}

export function asCount([row]: Counted[]): CappedCount {
  return { count: Math.min(Number(row?.matches ?? 0), COUNT_CAP), capped: Number(row?.seen) > COUNT_CAP }
}
