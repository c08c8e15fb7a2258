import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { DAY, inSeconds } from '../../support/seconds'

const IDS = ['alice', 'Alice', 'ALICE', 'alicé', 'alice\u0301', '0', '1', '01', '10', "a' OR '1'='1", 'a%', 'a_', '😀', '日本']

describe.each(DIALECTS)('blacklistUser on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('blacklists what is outstanding of a user, and counts it', async () => {
    const tokens = db.make()
    const mine = [
      await tokens.RefreshToken.forUser({ id: 'carol' }),
      await tokens.SlidingToken.forUser({ id: 'carol' }),
      await tokens.RefreshToken.forUser({ id: 'carol' }),
    ]
    const other = await tokens.RefreshToken.forUser({ id: 'dave' })
    await mine[0]?.blacklist()
    // The sliding token, the other refresh token, and its session.
    expect(await tokens.blacklistUser('carol')).toBe(3)
    expect(await tokens.blacklistUser('carol')).toBe(0)
    for (const { claims } of mine) expect(await tokens.isBlacklisted(claims)).toBe(true)
    expect(await tokens.isBlacklisted(other.claims)).toBe(false)
    expect(await tokens.blacklistUser('nobody')).toBe(0)
  })

  test.each(dialect === 'mysql' ? ['as migrated', 'with a collation that ignores case'] : ['as migrated'])(
    'takes ids byte for byte, on tables %s',
    async (tables) => {
      if (tables !== 'as migrated')
        await db.sequelize.query('ALTER TABLE outstanding_tokens MODIFY user_id VARCHAR(255) COLLATE utf8mb4_general_ci')
      const tokens = db.make()
      await tokens.models.BlacklistedToken.destroy({ where: {} })
      await tokens.models.OutstandingToken.destroy({ where: {} })
      for (const sub of IDS) await tokens.outstand({ jti: `of ${sub}`, exp: inSeconds(DAY), sub })
      for (const [index, id] of IDS.entries()) {
        expect(await tokens.blacklistUser(id)).toBe(1)
        for (const [at, sub] of IDS.entries()) expect(await tokens.isBlacklisted({ jti: `of ${sub}` })).toBe(at <= index)
      }
    },
  )

  test('takes a number for its digits', async () => {
    const tokens = db.make()
    for (const sub of ['zero', '0', '7', 'seven', '9007199254740993'])
      await tokens.outstand({ jti: `number ${sub}`, exp: inSeconds(DAY), sub })
    await tokens.models.BlacklistedToken.destroy({ where: {} })
    await tokens.models.OutstandingToken.destroy({ where: { userId: ['0', '1'], jti: ['of 0', 'of 1'] } })
    expect(await tokens.blacklistUser(0)).toBe(1)
    expect(await tokens.blacklistUser(7)).toBe(1)
    expect(await tokens.blacklistUser(9007199254740993n)).toBe(1)
    expect(await tokens.isBlacklisted({ jti: 'number zero' })).toBe(false)
    expect(await tokens.isBlacklisted({ jti: 'number seven' })).toBe(false)
  })

  test.each([
    undefined,
    null,
    '',
    ' ',
    ' alice',
    'alice ',
    'a\0',
    'x'.repeat(256),
    {},
    [],
    ['alice'],
    true,
    1.5,
    Number.NaN,
    2 ** 53,
  ])('refuses %o', async (id) => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'of nobody', exp: inSeconds(DAY) })
    await expect(tokens.blacklistUser(id as string)).rejects.toThrow(/^userId must be a string of 1 to 255 characters/)
    await expect(tokens.blacklistUser(id as string)).rejects.toThrow(TypeError)
    expect(await tokens.isBlacklisted({ jti: 'of nobody' })).toBe(false)
  })
})
