import type { ListedToken, Listing, OutstandingSearch, Page } from '../../lib/store/listing/types'

export interface Walked {
  rows: ListedToken[]
  /** How many rows each page had. */
  sizes: number[]
  last: Page<ListedToken>
}

/** All pages from one on, in one direction; the rows are in the order of the list. */
export async function walkPages(
  listing: Listing,
  search: OutstandingSearch,
  {
    limit,
    from,
    towards = 'next',
    between,
  }: { limit: number; from?: string; towards?: 'next' | 'previous'; between?: () => Promise<unknown> },
): Promise<Walked> {
  const rows: ListedToken[] = []
  const sizes: number[] = []
  let cursor = from
  while (true) {
    const page = await listing.listOutstanding({ ...search, limit, cursor })
    rows.splice(towards === 'next' ? rows.length : 0, 0, ...page.rows)
    sizes.push(page.rows.length)
    const next = page[towards]
    if (next === null) return { rows, sizes, last: page }
    await between?.()
    cursor = next
  }
}
