import { Transaction } from 'sequelize'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TokenBlacklist, WriteOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { countRows } from '../../support/rows'
import { DAY, inSeconds } from '../../support/seconds'

interface Writing {
  /** How many rows it adds; a login also makes its session's, and a logout blacklists that. */
  outstanding: number
  blacklisted: number
  prepare?: (tokens: TokenBlacklist) => Promise<string>
  write(tokens: TokenBlacklist, options: WriteOptions, prepared: string): Promise<unknown>
}

const user = { id: 'alice' }
let last = 0
const fresh = () => ({ jti: `fresh${++last}`, exp: inSeconds(DAY), sub: 'alice' })
const refreshToken = async (tokens: TokenBlacklist) => String(await tokens.RefreshToken.forUser(user))
const known = async (tokens: TokenBlacklist) => {
  const claims = fresh()
  await tokens.outstand(claims)
  return claims.jti
}

const WRITINGS: Record<string, Writing> = {
  'blacklist(claims)': { outstanding: 1, blacklisted: 1, write: (tokens, options) => tokens.blacklist(fresh(), options) },
  'blacklist(encoded)': {
    outstanding: 0,
    blacklisted: 2,
    prepare: refreshToken,
    write: (tokens, options, encoded) => tokens.blacklist(encoded, options),
  },
  'blacklist({ jti })': {
    outstanding: 0,
    blacklisted: 1,
    prepare: known,
    write: (tokens, options, jti) => tokens.blacklist({ jti }, options),
  },
  outstand: { outstanding: 1, blacklisted: 0, write: (tokens, options) => tokens.outstand(fresh(), options) },
  blacklistUser: {
    outstanding: 0,
    blacklisted: 1,
    prepare: async (tokens) => {
      await tokens.blacklistUser(user.id)
      return known(tokens)
    },
    write: (tokens, options) => tokens.blacklistUser(user.id, options),
  },
  obtainPair: { outstanding: 2, blacklisted: 0, write: (tokens, options) => tokens.obtainPair(user, options) },
  refresh: {
    outstanding: 1,
    blacklisted: 1,
    prepare: refreshToken,
    write: (tokens, options, encoded) => tokens.refresh(encoded, options),
  },
  'RefreshToken.forUser': {
    outstanding: 2,
    blacklisted: 0,
    write: (tokens, options) => tokens.RefreshToken.forUser(user, options),
  },
  revokeSession: {
    outstanding: 0,
    blacklisted: 1,
    prepare: async (tokens) => String((await tokens.RefreshToken.forUser(user)).claims.sid),
    write: (tokens, options, sid) => tokens.revokeSession(sid, { userId: user.id, ...options }),
  },
  'SlidingToken.forUser': {
    outstanding: 1,
    blacklisted: 0,
    write: (tokens, options) => tokens.SlidingToken.forUser(user, options),
  },
  'RefreshToken.prolongSession': {
    outstanding: 1,
    blacklisted: 0,
    write: (tokens, options) => new tokens.RefreshToken({ ...fresh(), sid: `session${last}` }).prolongSession(options),
  },
  'token.outstand': {
    outstanding: 1,
    blacklisted: 0,
    write: (tokens, options) => new tokens.AccessToken(fresh()).outstand(options),
  },
  'token.blacklist': {
    outstanding: 1,
    blacklisted: 1,
    write: async (tokens, options) => (await tokens.AccessToken.forUser(user)).blacklist(options),
  },
}

describe.each(DIALECTS)('in a transaction of the app on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each(Object.entries(WRITINGS))('%s is done with its commit, and not before', async (_name, writing) => {
    const tokens = db.make()
    const prepared = (await writing.prepare?.(tokens)) ?? ''
    const before = await countRows(tokens)
    const transaction = await db.sequelize.transaction()
    await writing.write(tokens, { transaction }, prepared)
    expect(await countRows(tokens)).toEqual(before)
    await transaction.commit()
    expect(await countRows(tokens)).toEqual({
      outstanding: before.outstanding + writing.outstanding,
      blacklisted: before.blacklisted + writing.blacklisted,
    })
  })

  test.each(Object.entries(WRITINGS))('%s is undone with its rollback', async (_name, writing) => {
    const tokens = db.make()
    const prepared = (await writing.prepare?.(tokens)) ?? ''
    const before = await countRows(tokens)
    const transaction = await db.sequelize.transaction()
    await writing.write(tokens, { transaction }, prepared)
    await transaction.rollback()
    expect(await countRows(tokens)).toEqual(before)
  })

  test('what is done twice leaves the transaction usable', async () => {
    const tokens = db.make()
    const refresh = await tokens.RefreshToken.forUser(user)
    await db.sequelize.transaction(async (transaction) => {
      for (let i = 0; i < 2; i++) {
        await tokens.blacklist(refresh.claims, { transaction })
        await tokens.blacklist({ jti: refresh.jti }, { transaction })
        await tokens.outstand(refresh.claims, { transaction })
        await tokens.blacklistUser(user.id, { transaction })
        await expect(tokens.refresh(String(refresh), { transaction })).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
      }
      await db.sequelize.query('SELECT 1', { transaction })
    })
    expect(await tokens.isBlacklisted(refresh.claims)).toBe(true)
  })

  describe('that changes a password and logs the user out', () => {
    beforeAll(() => db.sequelize.query('CREATE TABLE people (id VARCHAR(20) PRIMARY KEY, password VARCHAR(20))'))

    test.each([
      ['both are done', true],
      ['neither is done', false],
    ])('%s', async (_name, commits) => {
      const tokens = db.make()
      const id = `person-${commits}`
      await db.sequelize.query(`INSERT INTO people VALUES ('${id}', 'old')`)
      const token = await tokens.RefreshToken.forUser({ id })
      const transaction = await db.sequelize.transaction()
      await db.sequelize.query(`UPDATE people SET password = 'new' WHERE id = '${id}'`, { transaction })
      expect(await tokens.blacklistUser(id, { transaction })).toBe(2)
      await (commits ? transaction.commit() : transaction.rollback())
      const [rows] = await db.sequelize.query(`SELECT password FROM people WHERE id = '${id}'`)
      expect(rows).toEqual([{ password: commits ? 'new' : 'old' }])
      expect(await tokens.isBlacklisted(token.claims)).toBe(commits)
    })
  })

  test('one that is over, or is none, is a mistake and no outage', async () => {
    const tokens = db.make()
    const over = await db.sequelize.transaction()
    await over.rollback()
    for (const transaction of [over, {}]) {
      await expect(tokens.blacklistUser('alice', { transaction: transaction as typeof over })).rejects.toThrow(
        /^transaction must be/,
      )
    }
  })

  test('asks nothing outside of one that sees the present, which may hold the only connection', async () => {
    if (dialect === 'sqlite') return
    const sequelize = db.database.connect({ pool: { max: 1 } })
    const tokens = db.make({ sequelize, checkTimeout: 1 })
    const isolationLevel =
      dialect === 'mysql' ? Transaction.ISOLATION_LEVELS.REPEATABLE_READ : Transaction.ISOLATION_LEVELS.READ_COMMITTED
    await sequelize.transaction({ isolationLevel }, async (transaction) => {
      expect(await tokens.revokeSession('0'.repeat(32), { transaction })).toBe(false)
      expect(await tokens.revokeSession('0'.repeat(32), { transaction, userId: 'alice' })).toBe(false)
      expect(await tokens.blacklistUser('nobody', { transaction })).toBe(0)
    })
  })
})
