import type { Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simpleJwt, TokenBlacklist } from '../../../../lib'
import type { OutstandingFilter, TokenSearch } from '../../../../lib/store/listing/types'
import { SECRET } from '../../../support/blacklist'
import { createDatabase, DIALECTS, type TestDatabase } from '../../../support/databases'
import { makeDjangoTables, type UserIds } from '../../../support/django-tables'
import { walkPages } from '../../../support/pages'
import { DAY, inSeconds } from '../../../support/seconds'

const UUID = '8d4e2c1e-3a7b-4c55-9e11-2f7f1a0b6c3d'
const USERS: Record<UserIds, { column: string; id: string; others: string[] }> = {
  integer: { column: '17', id: '17', others: ['18', '-1', '017', '17x', '1.7e1', 'alice', '99999999999999999999'] },
  uuid: { column: UUID.replaceAll('-', ''), id: UUID, others: ['17', 'alice', UUID.replace('8', '9'), 'x'.repeat(255)] },
}
const CASES = DIALECTS.flatMap((dialect) => (['integer', 'uuid'] as const).map((userIds) => [dialect, userIds] as const))

/** As Django writes them: 32 hex digits, and the token beside it. */
const DJANGOS = ['a'.repeat(32), 'b'.repeat(32)]

describe.each(CASES)("the listing of Django's tables on %s, with user ids that are %s", (dialect, userIds) => {
  const { column, id, others } = USERS[userIds]
  let database: TestDatabase
  let sequelize: Sequelize
  let tokens: TokenBlacklist
  const open = (settings = {}) =>
    new TokenBlacklist({ ...simpleJwt, sequelize, signingKey: SECRET, flushSchedule: false, ...settings })
  beforeAll(async () => {
    database = await createDatabase(dialect)
    sequelize = database.connect()
    await makeDjangoTables(sequelize, userIds)
    await sequelize.query(`INSERT INTO auth_user (id, username) VALUES ('${column}', 'alice')`)
    tokens = open()
    for (const jti of DJANGOS) {
      await sequelize.query(
        'INSERT INTO token_blacklist_outstandingtoken (token, jti, user_id, created_at, expires_at) ' +
          `VALUES ('ey.x.y', '${jti}', '${column}', '2035-01-01 10:00:00.123456', '2035-01-02 10:00:00.654321')`,
      )
    }
    await tokens.outstand({ jti: 'Case', exp: inSeconds(-DAY) })
    await tokens.blacklist({ jti: 'older', user_id: id, exp: inSeconds(-9 * DAY) })
    const withSessions = open({ sessions: true, rotateRefreshTokens: true, blacklistAfterRotation: true })
    await withSessions.obtainPair({ id })
  })
  afterAll(async () => {
    await tokens?.close()
    await database?.drop()
  })
  const jtisOf = async (filter: OutstandingFilter, search: TokenSearch = {}) =>
    (await walkPages(tokens.listing, { filter, ...search }, { limit: 2 })).rows.map(({ jti }) => jti)

  test('names users as tokens do, and tells sessions from what Django issued', async () => {
    const { rows } = await tokens.listing.listOutstanding({ filter: 'all', userId: id, limit: 10 })
    expect(rows.map(({ kind, status, userId }) => [kind, status, userId])).toEqual([
      ['refresh', 'active', id],
      ['session', 'active', id],
      ['other', 'blacklisted', id],
      ['other', 'active', id],
      ['other', 'active', id],
    ])
    const times = { createdAt: new Date('2035-01-01T10:00:00.123Z'), expiresAt: new Date('2035-01-02T10:00:00.654Z') }
    if (dialect === 'mysql') expect(rows.at(-1)).toMatchObject(times)
    expect(await jtisOf('sessions')).toEqual([rows[1]?.jti])
    expect(await tokens.listing.countOutstanding({ filter: 'sessions' })).toEqual({ count: 1, capped: false })
  })

  test('finds nothing of those whom Django does not know', async () => {
    for (const userId of others) {
      expect([userId, await jtisOf('all', { userId })]).toEqual([userId, []])
      expect(await tokens.listing.countBlacklisted({ userId })).toEqual({ count: 0, capped: false })
    }
  })

  test('compares byte for byte, though the tables ignore case', async () => {
    expect(await jtisOf('all', { jti: 'Case' })).toEqual(['Case'])
    expect(await jtisOf('all', { jti: 'case' })).toEqual([])
  })

  test('finds the expired without an index on the expiry, in the order of their making', async () => {
    expect(await jtisOf('expired')).toEqual(['Case', 'older'])
    expect(await jtisOf('blacklisted')).toEqual(['older'])
    expect((await jtisOf('active')).slice(2)).toEqual(DJANGOS.toReversed())
    const overview = await tokens.listing.overview()
    expect(overview).toMatchObject({ outstanding: { count: 6 }, blacklisted: { count: 1 }, expired: { count: 2 } })
    expect(overview.waiting).toEqual({ count: 1, capped: false })
    expect(Number(overview.oldestExpired)).toBeLessThan(Date.now() - 8 * DAY * 1000)
    expect(overview.expiring.map(({ count }) => count)).toContain(2)
    expect(await tokens.listing.tableSizes()).toMatchObject([
      { table: 'token_blacklist_outstandingtoken' },
      { table: 'token_blacklist_blacklistedtoken' },
    ])
  })
})
