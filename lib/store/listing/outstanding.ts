import { orNobodys } from '../django'
import type { Store } from '../store'
import { decodeCursor } from './cursor'
import { cursorsOf } from './page'
import { tokensOf } from './rows'
import { planOf } from './search'
import type { ListedToken, OutstandingSearch, Page, PageOptions } from './types'
import { walk } from './walk'

const MAX_LIMIT = 500
const NOTHING: Page<never> = { rows: [], next: null, previous: null }

/** @see Listing.listOutstanding */
export async function listOutstanding(
  store: Store,
  { cursor, limit, ...search }: OutstandingSearch & PageOptions,
  now: Date,
): Promise<Page<ListedToken>> {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new TypeError(`limit must be a whole number from 1 to ${MAX_LIMIT}; got ${String(limit)}`)
  }
  const plan = planOf(store, search, now)
  if (plan === null) return NOTHING
  const { order } = plan
  const from = cursor === undefined ? null : decodeCursor(order, cursor)
  return orNobodys(store, NOTHING, () =>
    store.database.read(async (statements) => {
      const stretch = await walk(store, statements, plan, { from, limit })
      const rows = await tokensOf(
        store,
        statements,
        stretch.entries.map(({ tokenId }) => tokenId),
        now,
      )
      return { rows, ...cursorsOf(order, from, stretch) }
    }),
  )
}
