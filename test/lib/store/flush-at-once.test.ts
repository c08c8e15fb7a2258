import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { countRows, rowsOf } from '../../support/rows'
import { runCommand } from '../../support/run-child'
import { DAY, inSeconds } from '../../support/seconds'

const OLD = inSeconds(-3 * DAY)
const LATER = inSeconds(DAY)

describe.each(DIALECTS)('a flush on %s', (dialect) => {
  const db = useDatabase(dialect)
  beforeEach(async () => {
    for (const table of ['blacklisted_tokens', 'outstanding_tokens']) await db.sequelize.query(`DELETE FROM ${table}`)
  })
  /** On connections of its own. */
  const make = () => db.make({ sequelize: db.database.connect(), checkTimeout: '30s' })
  const makeExpired = async (count: number, blacklisted = true) => {
    const tokens = make()
    const { OutstandingToken, BlacklistedToken } = tokens.models
    const numbers = Array.from({ length: count }, (_, n) => n)
    await OutstandingToken.bulkCreate(
      numbers.map((n) => ({ jti: `old${n}`, userId: 'alice', expiresAt: new Date((OLD + (n % 50)) * 1000) })),
    )
    const rows = await OutstandingToken.findAll({ attributes: ['id'] })
    if (blacklisted) await BlacklistedToken.bulkCreate(rows.map(({ id }) => ({ tokenId: id })))
    return tokens
  }

  test('and two others at once, one of them the command, delete everything once', async () => {
    const tokens = await makeExpired(600)
    const command = async () => {
      const ended = await runCommand(['flush', '--batch-size', '20'], { DATABASE_URL: db.database.url })
      expect(ended).toMatchObject({ code: 0 })
      return Number(/^Deleted (\d+) /.exec(ended.stdout)?.[1])
    }
    const inProcess = () => sleep(200).then(() => make().flushExpiredTokens({ batchSize: 20 }))
    const counts = await Promise.all([command(), inProcess(), inProcess()])
    console.log(`deleted on ${dialect}: ${counts.join(', ')}`)
    expect(counts.reduce((sum, count) => sum + count)).toBe(600)
    expect(await countRows(tokens)).toEqual({ outstanding: 0, blacklisted: 0 })
  })

  test('keeps a row whose expiry moves on after it was selected', async () => {
    const tokens = await makeExpired(3)
    const transaction = await db.sequelize.transaction()
    await tokens.blacklist({ jti: 'old1', exp: LATER }, { transaction })
    const flushing = make().flushExpiredTokens()
    // Long enough for the flush to have selected the row as it was, and to wait for its lock.
    await sleep(700)
    await transaction.commit()
    expect(await flushing).toBe(2)
    const { outstanding, blacklisted } = await rowsOf(tokens, 'old1')
    expect(outstanding).toMatchObject([{ expiresAt: new Date(LATER * 1000) }])
    expect(blacklisted).toHaveLength(1)
    expect(await tokens.isBlacklisted({ jti: 'old1' })).toBe(true)
  })

  test('loses no token that is blacklisted meanwhile', async () => {
    const tokens = await makeExpired(150, false)
    const flushing = make().flushExpiredTokens({ batchSize: 3 })
    const jtis = Array.from({ length: 150 }, (_, n) => `old${n}`)
    const counting = make().blacklistUser('alice')
    await Promise.all(jtis.map((jti) => tokens.blacklist({ jti, exp: LATER, sub: 'alice' })))
    const [flushed, counted] = await Promise.all([flushing, counting])
    console.log(`flushed on ${dialect} meanwhile: ${flushed}; blacklisted by user: ${counted}`)
    for (const jti of jtis) expect(await tokens.isBlacklisted({ jti })).toBe(true)
    expect(await countRows(tokens)).toEqual({ outstanding: 150, blacklisted: 150 })
  })

  test('and a blacklisting by jti alone leave both rows or none', async () => {
    const tokens = await makeExpired(60, false)
    const flushing = make().flushExpiredTokens({ batchSize: 2 })
    const jtis = Array.from({ length: 60 }, (_, n) => `old${n}`)
    const outcomes = await Promise.allSettled(jtis.map((jti) => tokens.blacklist({ jti })))
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ERR_TOKEN_NO_EXP' })
    await flushing
    await tokens.flushExpiredTokens()
    expect(await countRows(tokens)).toEqual({ outstanding: 0, blacklisted: 0 })
  })
})
