import { CursorError } from '../errors'
import type { CappedCount, ListedToken, Page } from '../store/listing/types'
import { conditionOf, type Filter, type ListQuery } from './list-query'
import { Problem } from './problem'
import type { Visit } from './visit'

/** Rows on a page. */
const LIMIT = 50

export interface List {
  page: Page<ListedToken>
  count: CappedCount
}

/**
 * A page of the tokens that a query asks for, and how many there are in all.
 * @throws Problem where the cursor is none
 */
export async function listed({ admin: { tokens } }: Visit, query: ListQuery, filter: Filter): Promise<List> {
  const condition = conditionOf(query)
  if (!condition) return { page: { rows: [], next: null, previous: null }, count: { count: 0, capped: false } }
  const search = { ...condition, filter }
  try {
    const [page, count] = await Promise.all([
      tokens.listing.listOutstanding({ ...search, cursor: query.cursor, limit: LIMIT }),
      tokens.listing.countOutstanding(search),
    ])
    return { page, count }
  } catch (error) {
    if (error instanceof CursorError) throw new Problem(400, 'No such page', 'The address of the page is not one of this list.')
    throw error
  }
}
