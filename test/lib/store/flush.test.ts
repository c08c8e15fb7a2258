import { DataTypes } from 'sequelize'
import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { countRows } from '../../support/rows'
import { DAY, inSeconds } from '../../support/seconds'

const HOUR = 3600

describe.each(DIALECTS)('the flush on %s', (dialect) => {
  const db = useDatabase(dialect)
  beforeEach(async () => {
    for (const table of ['blacklisted_tokens', 'outstanding_tokens']) await db.sequelize.query(`DELETE FROM ${table}`)
  })
  const left = async () => {
    const rows = await db.make().models.OutstandingToken.findAll({ order: ['expiresAt', 'id'] })
    return rows.map(({ jti }) => jti)
  }
  /** Expired n hours and two days ago, every second one blacklisted; the last is the oldest. */
  const makeExpired = async (count: number) => {
    const tokens = db.make()
    for (let n = 0; n < count; n++) {
      const claims = { jti: `old${n}`, exp: inSeconds(-2 * DAY - n * HOUR) }
      await (n % 2 ? tokens.blacklist(claims) : tokens.outstand(claims))
    }
  }

  test('deletes what expired longer ago than the margin, with its blacklisting', async () => {
    const tokens = db.make()
    await makeExpired(4)
    await tokens.outstand({ jti: 'gone', exp: inSeconds(-DAY - 60) })
    await tokens.blacklist({ jti: 'within the margin', exp: inSeconds(-DAY + 60) })
    await tokens.blacklist({ jti: 'valid', exp: inSeconds(DAY) })
    await tokens.outstand({ jti: 'valid too', exp: inSeconds(2 * DAY) })
    expect(await tokens.flushExpiredTokens()).toBe(5)
    expect(await left()).toEqual(['within the margin', 'valid', 'valid too'])
    expect(await countRows(tokens)).toEqual({ outstanding: 3, blacklisted: 2 })
    for (const jti of ['within the margin', 'valid']) expect(await tokens.isBlacklisted({ jti })).toBe(true)
    expect(await tokens.flushExpiredTokens({ onProgress: () => expect.unreachable() })).toBe(0)
  })

  test('takes the margin that it is given', async () => {
    const tokens = db.make()
    for (const hours of [1, 3, 5]) await tokens.outstand({ jti: `${hours} h`, exp: inSeconds(-hours * HOUR) })
    expect(await db.make({ flushMargin: '4h' }).flushExpiredTokens()).toBe(1)
    expect(await left()).toEqual(['3 h', '1 h'])
    expect(await db.make({ flushMargin: 0 }).flushExpiredTokens()).toBe(2)
  })

  test('goes by both clocks, the one of the app and that of the database', async () => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'valid', exp: inSeconds(DAY) })
    await tokens.outstand({ jti: 'old', exp: inSeconds(-2 * DAY) })
    const ahead = db.make({ clock: () => Date.now() + 30 * DAY * 1000 })
    const behind = db.make({ clock: () => Date.now() - 30 * DAY * 1000 })
    expect(await behind.flushExpiredTokens()).toBe(0)
    expect(await ahead.flushExpiredTokens()).toBe(1)
    expect(await left()).toEqual(['valid'])
  })

  test('goes in batches from the oldest on, and can be stopped and taken up again', async () => {
    await makeExpired(25)
    const tokens = db.make()
    const controller = new AbortController()
    const reason = new Error('enough')
    const seen: number[] = []
    const stopped = tokens.flushExpiredTokens({
      batchSize: 10,
      signal: controller.signal,
      onProgress: (deleted) => {
        seen.push(deleted)
        controller.abort(reason)
      },
    })
    await expect(stopped).rejects.toBe(reason)
    expect(await left()).toEqual(Array.from({ length: 15 }, (_, index) => `old${14 - index}`))
    expect(await countRows(tokens)).toEqual({ outstanding: 15, blacklisted: 7 })
    expect(await tokens.flushExpiredTokens({ batchSize: 10, onProgress: (deleted) => seen.push(deleted) })).toBe(15)
    expect(seen).toEqual([10, 10, 15])
    expect(await countRows(tokens)).toEqual({ outstanding: 0, blacklisted: 0 })
  })

  test('deletes nothing once its signal is aborted', async () => {
    await makeExpired(1)
    await expect(db.make().flushExpiredTokens({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    expect(await left()).toEqual(['old0'])
  })

  test.each([0, -1, 1.5, Number.NaN, Infinity, '10', null])('refuses a batch size of %o', async (batchSize) => {
    await makeExpired(1)
    await expect(db.make().flushExpiredTokens({ batchSize: batchSize as number })).rejects.toThrow(/^batchSize must be/)
    expect(await left()).toEqual(['old0'])
  })

  test('works on tables whose foreign key has no cascade', async () => {
    const queryInterface = db.sequelize.getQueryInterface()
    await queryInterface.dropTable('blacklisted_tokens')
    await queryInterface.createTable('blacklisted_tokens', {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      token_id: {
        type: DataTypes.BIGINT,
        unique: true,
        allowNull: false,
        references: { model: 'outstanding_tokens', key: 'id' },
        onDelete: 'NO ACTION',
      },
      blacklisted_at: { type: DataTypes.DATE(6), allowNull: false },
    })
    await makeExpired(6)
    await expect(db.sequelize.query('DELETE FROM outstanding_tokens')).rejects.toThrow(/foreign key/i)
    expect(await db.make().flushExpiredTokens({ batchSize: 4 })).toBe(6)
    expect(await countRows(db.make())).toEqual({ outstanding: 0, blacklisted: 0 })
  })
})
