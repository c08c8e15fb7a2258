import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../../lib'
import { firstOfChain, successorOf } from '../../../../lib/claims'
import type { OutstandingFilter, OutstandingSearch } from '../../../../lib/store/listing/types'
import { useDatabase } from '../../../support/blacklist'
import { type BulkRow, insertBulk } from '../../../support/bulk-rows'
import { DIALECTS } from '../../../support/databases'
import { fullScansOf, recordStatements, rowsReadBy, type Statement } from '../../../support/explain'
import { DAY } from '../../../support/seconds'

const CHAINS = 10_000
const LIMIT = 20

/**
 * Sessions of which each was refreshed once; a tenth of them revoked, a third over; of 300 users, of one who has a tenth of all, and of
 * one who has the oldest tenth.
 */
const ROWS = Array.from({ length: CHAINS }, (_, n): BulkRow[] => {
  const chain = n.toString(16).padStart(32, '0')
  const expiresIn = DAY * (-10 + (30 * n) / CHAINS)
  const userId = n < CHAINS / 10 ? 'veteran' : n % 10 === 0 ? 'robot' : `user${n % 300}`
  return [
    { jti: chain, userId, expiresIn, blacklisted: n % 10 === 3 },
    { jti: firstOfChain(chain), userId, expiresIn, blacklisted: true },
    { jti: successorOf(firstOfChain(chain)), userId, expiresIn },
  ]
}).flat()

const FILTERS: OutstandingFilter[] = ['all', 'active', 'expired', 'blacklisted', 'sessions']
const SEARCHES = [
  {},
  { userId: 'user7' },
  { userId: 'robot' },
  { userId: 'veteran' },
  { userId: 'nobody' },
  { jti: String(ROWS[1]?.jti) },
]

describe.each(DIALECTS)('the statements of the listing on %s', (dialect) => {
  const db = useDatabase(dialect)
  let tokens: TokenBlacklist
  let statements: Statement[]
  beforeAll(async () => {
    await insertBulk(db.make(), ROWS)
    if (dialect === 'mysql') await db.sequelize.query('ANALYZE TABLE outstanding_tokens, blacklisted_tokens')
    else await db.sequelize.query('ANALYZE')
    const sequelize = db.database.connect()
    tokens = db.make({ sequelize })
    statements = recordStatements(sequelize)
  })
  afterAll(() => tokens?.close())

  const expectNoScans = async () => {
    expect(statements.length).toBeGreaterThan(0)
    for (const statement of statements.splice(0)) {
      expect([statement.sql, await fullScansOf(db.sequelize, statement)]).toEqual([statement.sql, []])
    }
  }

  test('would be caught reading a whole table', async () => {
    const whole = [
      'SELECT o.jti FROM outstanding_tokens o',
      "SELECT o.jti FROM outstanding_tokens o WHERE o.jti LIKE '%a'",
      'SELECT b.id FROM outstanding_tokens o JOIN blacklisted_tokens b ON b.token_id = o.id WHERE o.created_at IS NULL',
      'SELECT COUNT(*) FROM (SELECT o.token FROM outstanding_tokens o) x WHERE x.token IS NOT NULL',
    ]
    for (const sql of whole) expect([sql, await fullScansOf(db.sequelize, { sql, bind: [] })]).not.toEqual([sql, []])
  })

  const cases = FILTERS.flatMap((filter) => SEARCHES.map((search): OutstandingSearch => ({ filter, ...search })))
  test.each(cases)('of a page, the next one and the one before, and of a count read no table as a whole: %o', async (search) => {
    const page = (cursor?: string) => tokens.listing.listOutstanding({ ...search, limit: LIMIT, cursor })
    const first = await page()
    const second = first.next === null ? null : await page(first.next)
    if (second?.previous) expect(await page(second.previous)).toMatchObject({ rows: first.rows })
    const far = second && (await tokens.listing.listOutstanding({ ...search, limit: 50, cursor: second.next ?? undefined }))
    if (far?.next) await page(far.next)
    await tokens.listing.countOutstanding(search)
    await expectNoScans()
  })

  /** All of one user where the index on the user does not hold the ids; what a page of 20 needs is a few times as many. */
  const most = (search: OutstandingSearch) => (dialect === 'postgres' && search.userId ? (3 * CHAINS) / 10 : 0) + 10 * LIMIT
  const dense = cases.filter(
    ({ filter, userId }) => filter === 'all' || (!userId && (filter === 'expired' || filter === 'blacklisted')),
  )
  test.skipIf(dialect === 'sqlite').each(dense)('of a page, however far, read what is on it: %o', async (search) => {
    const page = (limit: number, cursor?: string | null) =>
      tokens.listing.listOutstanding({ ...search, limit, cursor: cursor ?? undefined })
    await page(LIMIT)
    const kept = statements.splice(0)
    const { next } = await page(500)
    const { next: further } = next === null ? { next } : await page(500, next)
    statements.splice(0)
    if (further !== null) {
      const { previous } = await page(LIMIT, further)
      await page(LIMIT, previous)
    }
    for (const statement of [...kept, ...statements.splice(0)]) {
      expect([statement.sql, (await rowsReadBy(db.sequelize, statement)) <= most(search)]).toEqual([statement.sql, true])
    }
  })

  test('of the overview read no table as a whole', async () => {
    await tokens.listing.overview()
    await expectNoScans()
  })

  test('of the table sizes read neither table', async () => {
    await tokens.listing.tableSizes()
    const named = statements.splice(0).filter(({ sql }) => /FROM .{0,2}(outstanding|blacklisted)_tokens/.test(sql))
    for (const statement of named) expect(await fullScansOf(db.sequelize, statement)).toEqual([])
    expect(named.length).toBe(dialect === 'sqlite' ? 2 : 0)
  })
})
