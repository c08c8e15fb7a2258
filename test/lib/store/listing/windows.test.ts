import { beforeAll, describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../../lib'
import { newChain } from '../../../../lib/claims'
import type { OutstandingSearch } from '../../../../lib/store/listing/types'
import { useDatabase } from '../../../support/blacklist'
import { type BulkRow, insertBulk } from '../../../support/bulk-rows'
import { DIALECTS } from '../../../support/databases'
import { walkPages } from '../../../support/pages'
import { DAY } from '../../../support/seconds'

/** What a page looks at, where matches may be rare. */
const WINDOW = 2000
const COUNT = 5_200
const RARE = [3, 4, 2600, 5190]
const SESSIONS = RARE.map(() => newChain())

/** One user's tokens, all active and blacklisted; but four sessions that are not. */
const ROWS = Array.from({ length: COUNT }, (_, n): BulkRow => {
  const rare = RARE.indexOf(n)
  return { jti: SESSIONS[rare] ?? `token ${n}`, userId: 'alice', expiresIn: DAY + n, blacklisted: rare === -1 }
})
const EXPIRED = Array.from(
  { length: WINDOW + 1 },
  (_, n): BulkRow => ({ jti: `old ${n}`, userId: 'bob', expiresIn: -2 * DAY - n }),
)

describe.each(DIALECTS)('rare matches on %s', (dialect) => {
  const db = useDatabase(dialect)
  let tokens: TokenBlacklist
  beforeAll(async () => {
    tokens = db.make()
    await insertBulk(tokens, [...EXPIRED, ...ROWS])
  })
  const rare = SESSIONS.toReversed()

  test.each<OutstandingSearch>([
    { filter: 'sessions' },
    { filter: 'active' },
    { filter: 'active', userId: 'alice' },
    { filter: 'sessions', userId: 'alice' },
  ])('of %o are all found, by pages that look at so many rows and no more', async (search) => {
    const { rows, sizes, last } = await walkPages(tokens.listing, search, { limit: 50 })
    expect(rows.map(({ jti }) => jti)).toEqual(rare)
    // The sessions lie in the first, the second and the third stretch; where the list goes on to the expired, a fourth is empty.
    expect(sizes).toEqual(search.filter === 'sessions' && !search.userId ? [1, 1, 2, 0] : [1, 1, 2])
    const back = await walkPages(tokens.listing, search, { limit: 50, from: String(last.previous), towards: 'previous' })
    expect([...back.rows, ...last.rows].map(({ jti }) => jti)).toEqual(rare)
    const small = await walkPages(tokens.listing, search, { limit: 1 })
    expect(small.rows.map(({ jti }) => jti)).toEqual(rare)
    expect(await tokens.listing.countOutstanding(search)).toEqual({ count: 1, capped: true })
  })

  test('that there are none of take no more pages than there are stretches', async () => {
    const search: OutstandingSearch = { filter: 'blacklisted', userId: 'bob' }
    const { sizes } = await walkPages(tokens.listing, search, { limit: 50 })
    expect(sizes).toEqual([0, 0])
    expect(await tokens.listing.countOutstanding(search)).toEqual({ count: 0, capped: true })
  })

  test('are counted up to a cap where each entry is one', async () => {
    const { listing } = tokens
    expect(await listing.countOutstanding({ filter: 'all' })).toEqual({ count: 5_000, capped: true })
    expect(await listing.countBlacklisted({})).toEqual({ count: 5_000, capped: true })
    expect(await listing.countOutstanding({ filter: 'all', userId: 'alice' })).toEqual({ count: 5_000, capped: true })
    expect(await listing.countOutstanding({ filter: 'expired' })).toEqual({ count: WINDOW + 1, capped: false })
  })
})
