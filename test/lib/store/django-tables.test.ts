import type { Sequelize } from 'sequelize'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { simpleJwt, TokenBlacklist } from '../../../lib'
import { SECRET } from '../../support/blacklist'
import { createDatabase, SERVER_DIALECTS, type TestDatabase } from '../../support/databases'
import { describeEach } from '../../support/describe-each'
import { makeDjangoTables, type UserIds } from '../../support/django-tables'
import { rowsOf } from '../../support/rows'
import { DAY, inSeconds } from '../../support/seconds'

/** How Django writes an id, and how a token names it. */
const USERS: Record<UserIds, { column: string; id: string; gone: string[] }> = {
  integer: {
    column: '17',
    id: '17',
    gone: ['18', '-1', '99999999999999999999', 'alice', '17x', '16.5', '1.7e1', '+17', '017', ''],
  },
  uuid: {
    column: '8d4e2c1e3a7b4c559e112f7f1a0b6c3d',
    id: '8d4e2c1e-3a7b-4c55-9e11-2f7f1a0b6c3d',
    gone: ['00000000-0000-4000-8000-000000000000', '17', 'alice', 'x'.repeat(255)],
  },
}

/** Not SQLite, where Django writes times in a form of its own. */
const CASES = SERVER_DIALECTS.flatMap((dialect) => (['integer', 'uuid'] as const).map((userIds) => [dialect, userIds] as const))

describeEach(CASES)("Django's tables on %s, with user ids that are %s", (dialect, userIds) => {
  const { column, id, gone } = USERS[userIds]
  let database: TestDatabase
  let sequelize: Sequelize
  let tokens: TokenBlacklist
  beforeAll(async () => {
    database = await createDatabase(dialect)
    sequelize = database.connect()
    await makeDjangoTables(sequelize, userIds)
    await sequelize.query(`INSERT INTO auth_user (id, username) VALUES ('${column}', 'alice')`)
    tokens = new TokenBlacklist({ ...simpleJwt, sequelize, signingKey: SECRET, flushSchedule: false })
  })
  afterAll(async () => {
    await tokens?.close()
    await database?.drop()
  })

  test('hold a token of a user as Django would', async () => {
    for (const name of ['RefreshToken', 'SlidingToken'] as const) {
      const token = await tokens[name].forUser({ id })
      expect(token.claims.user_id).toBe(id)
      const { outstanding } = await rowsOf(tokens, token.jti)
      expect(outstanding).toMatchObject([{ token: '', createdAt: new Date(Number(token.claims.iat) * 1000) }])
      expect(String(outstanding[0]?.userId).replaceAll('-', '')).toBe(column)
    }
  })

  test('hold a user who is unknown, or whose id is none of theirs, as null', async () => {
    for (const [index, user] of gone.entries()) {
      const jti = `gone ${index}`
      await tokens.outstand({ jti, user_id: user, exp: inSeconds(DAY) })
      expect([user, (await rowsOf(tokens, jti)).outstanding]).toMatchObject([user, [{ userId: null }]])
      await tokens.blacklist({ jti, user_id: user, exp: inSeconds(DAY) })
      expect(await tokens.isBlacklisted({ jti })).toBe(true)
      if (user) expect([user, await tokens.blacklistUser(user)]).toEqual([user, 0])
    }
  })

  test('let everything of a user be blacklisted, of whom nothing comes back when it is deleted', async () => {
    const mine = await tokens.RefreshToken.forUser({ id })
    const count = await tokens.blacklistUser(id)
    expect(count).toBeGreaterThan(0)
    expect(await tokens.blacklistUser(id)).toBe(0)
    await sequelize.query('UPDATE token_blacklist_outstandingtoken SET user_id = NULL')
    await sequelize.query('DELETE FROM auth_user')
    await expect(tokens.RefreshToken.verify(String(mine))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    await tokens.blacklist(String(mine))
    expect((await rowsOf(tokens, mine.jti)).outstanding).toMatchObject([{ userId: null }])
    await sequelize.query(`INSERT INTO auth_user (id, username) VALUES ('${column}', 'alice')`)
  })

  test('take part in a transaction of the app, with a user who is unknown', async () => {
    const transaction = await sequelize.transaction()
    const jti = 'within'
    await tokens.blacklist({ jti, user_id: gone[0], exp: inSeconds(DAY) }, { transaction })
    expect(await tokens.blacklistUser(gone[0] as string, { transaction })).toBe(0)
    await transaction.commit()
    expect(await tokens.isBlacklisted({ jti })).toBe(true)
  })

  test('know a token whose jti differs in case', async () => {
    await tokens.outstand({ jti: 'Case', exp: inSeconds(DAY) })
    expect(await tokens.isBlacklisted({ jti: 'case' })).toBe(false)
    await tokens.blacklist({ jti: 'Case', exp: inSeconds(DAY) })
    expect(await tokens.isBlacklisted({ jti: 'case' })).toBe(false)
    if (dialect === 'mysql')
      await expect(tokens.blacklist({ jti: 'case', exp: inSeconds(DAY) })).rejects.toMatchObject({
        code: 'ERR_BLACKLIST_CONFLICT',
      })
  })

  test('are flushed by id, children first, with a margin for the copies of sliding tokens', async () => {
    const { OutstandingToken, BlacklistedToken } = tokens.models
    await BlacklistedToken.destroy({ where: {} })
    await OutstandingToken.destroy({ where: {} })
    // A day's margin, a day in which it could be refreshed, and five minutes for which the last copy lived.
    const margin = 2 * DAY + 300
    for (const [jti, expired] of Object.entries({ a: margin + 60, b: 0, c: margin - 60, d: 9 * DAY, e: 5 * DAY })) {
      await tokens.blacklist({ jti, exp: inSeconds(-expired) })
    }
    const progress: number[] = []
    expect(await tokens.flushExpiredTokens({ batchSize: 2, onProgress: (deleted) => progress.push(deleted) })).toBe(3)
    expect(progress.at(-1)).toBe(3)
    const left = await OutstandingToken.findAll({ order: ['id'] })
    expect(left.map(({ jti }) => jti)).toEqual(['b', 'c'])
    expect(await BlacklistedToken.count()).toBe(2)
  })
})
