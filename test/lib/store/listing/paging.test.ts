import { beforeAll, describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../../lib'
import { newChain } from '../../../../lib/claims'
import type { OutstandingFilter, OutstandingSearch } from '../../../../lib/store/listing/types'
import { useDatabase } from '../../../support/blacklist'
import { type BulkRow, insertBulk } from '../../../support/bulk-rows'
import { DIALECTS } from '../../../support/databases'
import { walkPages } from '../../../support/pages'
import { DAY, inSeconds } from '../../../support/seconds'

/** No session's id, though it is as long. */
const FORMS = [
  newChain,
  (n: number) => `${n}`.padStart(32, 'A'),
  (n: number) => `${n}`.padStart(32, 'z'),
  (n: number) => `token ${n}`,
]

/** Three users' tokens: one in three expired, one in four blacklisted, many with the same expiry, one in five a session. */
const ROWS = Array.from({ length: 120 }, (_, n): BulkRow => {
  return {
    jti: FORMS[Math.min(n % 5, 3)]?.(n) ?? '',
    userId: `user${n % 3}`,
    expiresIn: (n % 3 === 1 ? -1 : 1) * DAY * (1 + (n % 7)),
    blacklisted: n % 4 === 0,
  }
})

const MATCHES: Record<OutstandingFilter, (row: BulkRow) => boolean> = {
  all: () => true,
  active: (row) => row.expiresIn > 0 && !row.blacklisted,
  expired: (row) => row.expiresIn <= 0,
  blacklisted: (row) => row.blacklisted === true,
  sessions: (row) => /^[0-9a-f]{32}$/.test(row.jti),
}

function expectedOf({ filter, userId }: OutstandingSearch): string[] {
  const indexed = ROWS.map((row, index) => ({ ...row, index }))
  const found = indexed.filter((row) => MATCHES[filter](row) && (userId === undefined || row.userId === userId))
  const byExpiry = userId === undefined && (filter === 'active' || filter === 'expired')
  const ascending = found.sort((a, b) => (byExpiry ? a.expiresIn - b.expiresIn : 0) || a.index - b.index)
  return (filter === 'expired' ? ascending : ascending.reverse()).map(({ jti }) => jti)
}

const FILTERS = Object.keys(MATCHES) as OutstandingFilter[]
const SEARCHES = FILTERS.flatMap((filter): OutstandingSearch[] => [
  { filter },
  { filter, userId: 'user1' },
  { filter, userId: 'user2' },
])

describe.each(DIALECTS)('the pages on %s', (dialect) => {
  const db = useDatabase(dialect)
  let tokens: TokenBlacklist
  beforeAll(async () => {
    tokens = db.make()
    await insertBulk(tokens, ROWS)
  })

  test.each(SEARCHES)('of %o are complete and in order, forwards and back', async (search) => {
    const expected = expectedOf(search)
    for (const limit of [1, 7, 40, expected.length || 1, 500]) {
      const forwards = await walkPages(tokens.listing, search, { limit })
      expect(forwards.rows.map(({ jti }) => jti)).toEqual(expected)
      expect(forwards.sizes.length).toBe(Math.max(1, Math.ceil(expected.length / limit)))
      const { previous, rows } = forwards.last
      expect(previous === null).toBe(forwards.sizes.length === 1)
      if (previous === null) continue
      const back = await walkPages(tokens.listing, search, { limit, from: previous, towards: 'previous' })
      expect([...back.rows, ...rows].map(({ jti }) => jti)).toEqual(expected)
      const again = await walkPages(tokens.listing, search, { limit, from: String(back.last.next) })
      expect([...back.last.rows, ...again.rows].map(({ jti }) => jti)).toEqual(expected)
    }
    expect(await tokens.listing.countOutstanding(search)).toEqual({ count: expected.length, capped: false })
  })

  test('of the blacklisted are the same by either name', async () => {
    for (const search of [{}, { userId: 'user2' }, { jti: ROWS[0]?.jti }]) {
      const page = await tokens.listing.listBlacklisted({ ...search, limit: 6 })
      expect(page.rows.length).toBe(search.jti ? 1 : 6)
      expect(await tokens.listing.listOutstanding({ filter: 'blacklisted', ...search, limit: 6 })).toEqual(page)
      const count = await tokens.listing.countBlacklisted(search)
      expect(await tokens.listing.countOutstanding({ filter: 'blacklisted', ...search })).toEqual(count)
    }
    expect(await tokens.listing.listBlacklisted({ jti: 'token 3', limit: 6 })).toMatchObject({ rows: [] })
  })

  test('of a jti obey the filter', async () => {
    const found = async (filter: OutstandingFilter, jti: string) =>
      (await tokens.listing.listOutstanding({ filter, jti, limit: 2 })).rows.length
    for (const row of ROWS.slice(0, 12)) {
      for (const filter of FILTERS)
        expect([filter, row, await found(filter, row.jti)]).toEqual([filter, row, Number(MATCHES[filter](row))])
    }
  })

  test('lead back to what was deleted after them', async () => {
    const exp = inSeconds(-3 * DAY)
    for (const n of [1, 2, 3]) await tokens.outstand({ jti: `gone ${n}`, sub: 'gone', exp })
    const search: OutstandingSearch = { filter: 'all', userId: 'gone' }
    const first = await tokens.listing.listOutstanding({ ...search, limit: 1 })
    await tokens.models.OutstandingToken.destroy({ where: { jti: ['gone 1', 'gone 2'] } })
    const second = await tokens.listing.listOutstanding({ ...search, limit: 1, cursor: String(first.next) })
    expect(second).toMatchObject({ rows: [], next: null })
    const back = await tokens.listing.listOutstanding({ ...search, limit: 1, cursor: String(second.previous) })
    expect(back).toMatchObject({ rows: [{ jti: 'gone 3' }], previous: null })
    await tokens.models.OutstandingToken.destroy({ where: { userId: 'gone' } })
    expect(await tokens.listing.listOutstanding({ ...search, limit: 1, cursor: String(back.next) })).toMatchObject({
      rows: [],
      next: null,
    })
  })
})

describe.each(DIALECTS)('the pages on %s, while tokens come', (dialect) => {
  const db = useDatabase(dialect)

  test.each(FILTERS)('of %s have no gaps and no repeats', async (filter) => {
    const tokens = db.make()
    const user = `of ${filter}`
    const search: OutstandingSearch = { filter }
    const make = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const claims = { jti: newChain(), sub: user, exp: inSeconds(filter === 'expired' ? -DAY : DAY) }
        await (filter === 'blacklisted' ? tokens.blacklist(claims) : tokens.outstand(claims))
      }
    }
    await make(9)
    const before = (await walkPages(tokens.listing, search, { limit: 500 })).rows.map(({ jti }) => jti)
    const { rows, last } = await walkPages(tokens.listing, search, { limit: 2, between: () => make(1) })
    const seen = rows.map(({ jti }) => jti)
    expect(seen.filter((jti) => before.includes(jti))).toEqual(before)
    expect(new Set(seen).size).toBe(seen.length)
    const back = await walkPages(tokens.listing, search, { limit: 2, from: String(last.previous), towards: 'previous' })
    const all = (await walkPages(tokens.listing, search, { limit: 500 })).rows.map(({ jti }) => jti)
    expect([...back.rows, ...last.rows].map(({ jti }) => jti)).toEqual(all)
  })
})
