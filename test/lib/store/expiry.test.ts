import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { rowsOf } from '../../support/rows'
import { DAY, inSeconds } from '../../support/seconds'

const SOON = inSeconds(DAY)
const LATER = inSeconds(30 * DAY)

describe.each(DIALECTS)('the expiry of a row on %s', (dialect) => {
  const db = useDatabase(dialect)
  const expiryOf = async (jti: string) => {
    const { outstanding } = await rowsOf(db.make(), jti)
    expect(outstanding).toHaveLength(1)
    return outstanding[0]?.expiresAt.getTime()
  }

  test.each(['blacklist', 'outstand'] as const)('moves on and never back, by %s', async (call) => {
    const tokens = db.make()
    const jti = `moves-${call}`
    await tokens[call]({ jti, exp: SOON, sub: 'alice' })
    expect(await expiryOf(jti)).toBe(SOON * 1000)
    await tokens[call]({ jti, exp: LATER })
    expect(await expiryOf(jti)).toBe(LATER * 1000)
    await tokens[call]({ jti, exp: SOON })
    expect(await expiryOf(jti)).toBe(LATER * 1000)
    expect((await rowsOf(tokens, jti)).outstanding[0]?.userId).toBe('alice')
  })

  test('is the latest of many at once', async () => {
    const tokens = db.make({ checkTimeout: '30s' })
    const expiries = Array.from({ length: 20 }, (_, index) => SOON + ((index * 7) % 20))
    await Promise.all(expiries.map((exp) => tokens.blacklist({ jti: 'many', exp })))
    expect(await expiryOf('many')).toBe((SOON + 19) * 1000)
  })

  test('is whole seconds later where exp has a fraction', async () => {
    await db.make().blacklist({ jti: 'fraction', exp: SOON + 0.2 })
    expect(await expiryOf('fraction')).toBe((SOON + 1) * 1000)
  })

  test('is the last that databases hold where exp is in milliseconds', async () => {
    const tokens = db.make()
    for (const exp of [SOON * 1000, 1e300, Number.MAX_VALUE]) {
      await tokens.blacklist({ jti: `far${exp}`, exp, iat: exp })
      expect(await tokens.isBlacklisted({ jti: `far${exp}` })).toBe(true)
      expect(await expiryOf(`far${exp}`)).toBe(Date.parse('9999-12-31T23:59:59Z'))
    }
    await tokens.blacklist({ jti: 'ancient', exp: -1e12 })
    expect(await expiryOf('ancient')).toBe(0)
  })

  test('covers the last possible copy of a sliding token', async () => {
    await db.make({ slidingTokenLifetime: 60 }).blacklist({ jti: 'slides', exp: SOON, refresh_exp: LATER })
    expect(await expiryOf('slides')).toBe((LATER + 60) * 1000)
  })

  test('and nothing else moves when only the jti is known', async () => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'known', exp: SOON, sub: 'alice' })
    await tokens.blacklist({ jti: 'known' })
    await tokens.blacklist({ jti: 'known' })
    expect(await expiryOf('known')).toBe(SOON * 1000)
    expect(await tokens.isBlacklisted({ jti: 'known' })).toBe(true)
    expect((await rowsOf(tokens, 'known')).blacklisted).toHaveLength(1)
  })

  test('must be known', async () => {
    const tokens = db.make()
    for (const claims of [{ jti: 'unknown' }, { jti: 'unknown', exp: 'tomorrow' }, { jti: 'unknown', exp: Number.NaN }])
      await expect(tokens.blacklist(claims)).rejects.toMatchObject({ code: 'ERR_TOKEN_NO_EXP' })
    await expect(tokens.outstand({ jti: 'unknown' })).rejects.toMatchObject({ code: 'ERR_TOKEN_NO_EXP' })
    expect((await rowsOf(tokens, 'unknown')).outstanding).toEqual([])
  })

  test('does not help a token without a usable id', async () => {
    const tokens = db.make()
    for (const jti of [undefined, null, '', ' x', 'x '.repeat(200), 7, 'a\0', 'a\ud800'])
      await expect(tokens.blacklist({ jti, exp: SOON })).rejects.toMatchObject({ code: 'ERR_TOKEN_NO_JTI' })
    for (const token of [null, undefined, 5] as never[]) await expect(tokens.blacklist(token)).rejects.toThrow(TypeError)
  })
})
