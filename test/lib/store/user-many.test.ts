import { Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TokenBlacklist } from '../../../lib'
import { SECRET, useDatabase } from '../../support/blacklist'
import { insertBulk } from '../../support/bulk-rows'
import { DIALECTS, SERVER_DIALECTS } from '../../support/databases'
import { migrate } from '../../support/migrate'
import { DAY } from '../../support/seconds'
import { makeServer, missingServer, type OwnServer } from '../../support/servers'
import { rotated, sidOf } from '../../support/sessions'

const MANY = 21_000
/** Of 900 rows each, but for the sessions, which come first, and what came meanwhile. */
const BATCHES = Math.ceil((MANY + 1) / 900) + 1

describe.each(DIALECTS)('blacklistUser of a user with very many tokens on %s', (dialect) => {
  const db = useDatabase(dialect)
  const chain = (digit: string) => digit.repeat(32)
  const members = (digit: string) => Array.from({ length: MANY }, (_, index) => `${chain(digit)}.${index + 1}`)

  async function withMany(userId: string, digit: string, sequelize = db.database.connect()) {
    const tokens = db.make({ sequelize })
    const row = (jti: string) => ({ jti, userId, expiresIn: DAY })
    await insertBulk(tokens, [chain(digit), ...members(digit)].map(row))
    const last = await tokens.obtainPair({ id: userId })
    const other = await tokens.obtainPair({ id: `not ${userId}` })
    return { tokens, last, other }
  }

  test('ends the sessions first, and then every token', async () => {
    const log: string[] = []
    const sequelize = db.database.connect({ logging: (sql) => void log.push(sql) })
    const { tokens, last, other } = await withMany('many', 'a', sequelize)
    log.length = 0
    // Without the head: no refresh token of that chain was exchanged.
    expect(await tokens.blacklistUser('many')).toBe(MANY + 3)
    const inserts = log.filter((sql) => /INSERT INTO .* SELECT/.test(sql))
    const sessionsAlone = inserts.map((sql) => sql.includes('LENGTH(o.jti) = 32'))
    expect(sessionsAlone).toEqual([true, ...Array(BATCHES).fill(false)])
    expect(log.filter((sql) => sql.endsWith('COMMIT'))).toHaveLength(inserts.length)
    const listed = await tokens.models.BlacklistedToken.count()
    expect(listed).toBe(MANY + 3)
    await expect(tokens.verify(last.access)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    expect(await tokens.isBlacklisted({ jti: members('a').at(-1) })).toBe(true)
    await tokens.verify(other.access)
    await rotated(tokens, other.refresh)
    expect(await tokens.blacklistUser('many')).toBe(0)
  })

  test('spares a session among them', async () => {
    const { tokens, last } = await withMany('but one', 'b')
    expect(await tokens.blacklistUser('but one', { except: sidOf(last.access) })).toBe(MANY + 1)
    await rotated(tokens, last.refresh)
  })

  test('leaves alone a user whose id differs in case', async () => {
    // As in tables that Django made.
    const collation = 'ALTER TABLE outstanding_tokens MODIFY user_id VARCHAR(255) COLLATE utf8mb4_general_ci'
    if (dialect === 'mysql') await db.sequelize.query(collation)
    const { tokens } = await withMany('case', 'd')
    const { last } = await withMany('CASE', 'e')
    expect(await tokens.blacklistUser('case')).toBe(MANY + 3)
    await rotated(tokens, last.refresh)
    expect(await tokens.isBlacklisted({ jti: members('e').at(15_000) })).toBe(false)
  })

  test.runIf(dialect !== 'sqlite')('waits for no lock of another user', async () => {
    const { tokens } = await withMany('waits for nobody', 'f')
    const others = Array.from({ length: 300 }, (_, index) => ({ jti: `held ${index}`, userId: 'other', expiresIn: DAY }))
    await insertBulk(tokens, others)
    await insertBulk(tokens, [{ jti: 'the last', userId: 'waits for nobody', expiresIn: DAY }])
    const transaction = await db.sequelize.transaction()
    await db.sequelize.query("SELECT id FROM outstanding_tokens WHERE user_id = 'other' FOR UPDATE", { transaction })
    const hasty = db.make({ checkTimeout: 4 })
    expect(await hasty.blacklistUser('waits for nobody', { except: 'a'.repeat(32) })).toBe(MANY + 4)
    await transaction.rollback()
  })

  test('is all or nothing in a transaction of the app', async () => {
    const { tokens, last } = await withMany('at once', 'c')
    const before = await tokens.models.BlacklistedToken.count()
    const transaction = await db.sequelize.transaction()
    expect(await tokens.blacklistUser('at once', { transaction })).toBe(MANY + 3)
    await transaction.rollback()
    expect(await tokens.models.BlacklistedToken.count()).toBe(before)
    await tokens.verify(last.access)
  })
})

const why = SERVER_DIALECTS.includes('mysql') ? missingServer('mysql') : 'mysql is not among the dialects'
if (why && process.env.REQUIRE_DATABASES === '1') throw new Error(`A server of its own is required, but ${why}.`)

describe.runIf(!why)('on a MariaDB that writes at REPEATABLE READ alone', () => {
  let server: OwnServer
  let tokens: TokenBlacklist
  let sequelize: Sequelize
  beforeAll(async () => {
    server = await makeServer('mysql', ['--log-bin=log', '--binlog-format=STATEMENT'])
    sequelize = new Sequelize(server.url, { logging: false })
    await migrate(sequelize)
    tokens = new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false })
  })
  afterAll(async () => {
    await tokens.close()
    await sequelize.close()
    await server.remove()
  })

  test('logs out everywhere all the same', async () => {
    for (const id of ['first', 'second']) {
      const { access } = await tokens.obtainPair({ id })
      expect(await tokens.blacklistUser(id)).toBe(2)
      await expect(tokens.verify(access)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    }
  })
})
