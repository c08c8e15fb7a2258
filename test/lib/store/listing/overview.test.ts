import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../support/blacklist'
import { insertBulk } from '../../../support/bulk-rows'
import { DIALECTS } from '../../../support/databases'
import { DAY } from '../../../support/seconds'

const HOUR = 3600
const NONE = { count: 0, capped: false }
const exactly = (count: number) => ({ count, capped: false })

describe.each(DIALECTS)('the overview on %s', (dialect) => {
  const db = useDatabase(dialect)
  beforeEach(async () => {
    for (const table of ['blacklisted_tokens', 'outstanding_tokens']) await db.sequelize.query(`DELETE FROM ${table}`)
  })

  test('of empty tables is empty', async () => {
    const overview = await db.make().listing.overview()
    expect(overview).toMatchObject({ outstanding: NONE, blacklisted: NONE, expired: NONE, waiting: NONE, oldestExpired: null })
    expect(overview.expiring.map(({ count, capped }) => ({ count, capped }))).toEqual(Array(14).fill(NONE))
  })

  test('counts what is there, what has expired, and what waits for the flush and how long', async () => {
    const now = Date.parse('2035-03-01T12:00:00.000Z') / 1000
    const tokens = db.make({ clock: () => now * 1000, flushMargin: '2h' })
    const expiry = [
      -30 * DAY,
      -3 * HOUR,
      -HOUR,
      0,
      1,
      HOUR,
      12 * HOUR - 1,
      12 * HOUR,
      40 * HOUR,
      13 * DAY,
      14 * DAY - 12 * HOUR,
      60 * DAY,
    ]
    for (const [n, seconds] of expiry.entries()) {
      const claims = { jti: `token ${n}`, exp: now + seconds }
      await (n % 4 === 0 ? tokens.blacklist(claims) : tokens.outstand(claims))
    }
    const overview = await tokens.listing.overview()
    expect(overview).toMatchObject({
      outstanding: exactly(12),
      blacklisted: exactly(3),
      expired: exactly(4),
      waiting: exactly(2),
      oldestExpired: new Date((now - 30 * DAY) * 1000),
    })
    const days = overview.expiring.map(({ day, ...count }) => [day.toISOString(), count])
    expect(days).toEqual(
      [3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1].map((count, n) => [
        new Date(Date.UTC(2035, 2, 1 + n)).toISOString(),
        exactly(count),
      ]),
    )
    const inAnHour = db.make({ clock: () => (now + 31 * DAY) * 1000, flushMargin: 0 })
    expect(await inAnHour.listing.overview()).toMatchObject({ expired: exactly(11), waiting: exactly(11) })
  })

  test('caps its counts', async () => {
    const tokens = db.make()
    const expired = { expiresIn: -3 * DAY, blacklisted: true }
    await insertBulk(
      tokens,
      Array.from({ length: 5_001 }, (_, n) => ({ jti: `token ${n}`, ...expired })),
    )
    await insertBulk(
      tokens,
      Array.from({ length: 5_001 }, (_, n) => ({ jti: `young ${n}`, expiresIn: 2 * DAY })),
    )
    const capped = { count: 5_000, capped: true }
    const overview = await tokens.listing.overview()
    expect(overview).toMatchObject({ outstanding: capped, blacklisted: capped, expired: capped, waiting: capped })
    expect(overview.expiring.filter((day) => day.capped)).toMatchObject([capped])
  })

  test('tells the sizes of the tables', async () => {
    const tokens = db.make()
    const rows = Array.from({ length: 2000 }, (_, n) => ({ jti: `token ${n}`, expiresIn: DAY, blacklisted: n < 1000 }))
    await insertBulk(tokens, rows)
    if (dialect === 'mysql') await db.sequelize.query('ANALYZE TABLE outstanding_tokens, blacklisted_tokens')
    if (dialect === 'postgres') await db.sequelize.query('ANALYZE outstanding_tokens, blacklisted_tokens')
    const sizes = await tokens.listing.tableSizes()
    expect(sizes.map(({ table }) => table)).toEqual(['outstanding_tokens', 'blacklisted_tokens'])
    for (const [n, { rows, bytes }] of sizes.entries()) {
      const exact = n === 0 ? 2000 : 1000
      expect(rows).toBeGreaterThan(exact / 2)
      expect(rows).toBeLessThan(exact * 2)
      if (dialect === 'sqlite') expect(bytes).toBe(null)
      else expect(bytes).toBeGreaterThan(exact * 20)
    }
  })

  test('fails as everything does where a table is missing', async () => {
    const tableNames = { outstandingTokens: 'no such table', blacklistedTokens: 'nor this' }
    const { listing } = db.make({ sequelize: db.database.connect(), tableNames })
    const unavailable = { code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503 }
    await expect(listing.overview()).rejects.toMatchObject(unavailable)
    await expect(listing.listOutstanding({ filter: 'all', limit: 1 })).rejects.toMatchObject(unavailable)
    await expect(listing.countBlacklisted({})).rejects.toMatchObject(unavailable)
    await expect(listing.tableSizes()).rejects.toMatchObject(unavailable)
  })
})
