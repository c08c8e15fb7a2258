import { orNobodys } from '../django'
import type { Store } from '../store'
import { planOf } from './search'
import type { CappedCount, OutstandingSearch } from './types'
import { count } from './walk'

const NONE: CappedCount = { count: 0, capped: false }

/** @see Listing.countOutstanding */
export async function countOutstanding(store: Store, search: OutstandingSearch, now: Date): Promise<CappedCount> {
  const plan = planOf(store, search, now)
  if (plan === null) return NONE
  return orNobodys(store, NONE, () => store.database.read((statements) => count(store, statements, plan)))
}
