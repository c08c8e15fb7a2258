import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'

const DAY = 86_400
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe.each(DIALECTS)('blacklisting on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('refuses the token from then on', async () => {
    const tokens = db.make()
    const token = await tokens.RefreshToken.forUser({ id: 1 })
    await expect(tokens.RefreshToken.verify(String(token))).resolves.toMatchObject({ claims: { sub: '1' } })
    await token.blacklist()
    await expect(tokens.RefreshToken.verify(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })

  test('is done once by 50 calls at once', async () => {
    const tokens = db.make()
    const jti = 'fifty'
    await Promise.all(Array.from({ length: 50 }, () => tokens.blacklist({ jti, exp: inSeconds(DAY), sub: 'u' })))
    const { OutstandingToken, BlacklistedToken } = tokens.models
    const rows = await OutstandingToken.findAll({ where: { jti } })
    expect(rows).toHaveLength(1)
    expect(await BlacklistedToken.count({ where: { tokenId: rows[0]?.id } })).toBe(1)
  })

  test('exchanges a refresh token once of 20 calls at once', async () => {
    const tokens = db.make()
    const token = String(await tokens.RefreshToken.forUser({ id: 1 }))
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => tokens.refresh(token)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    }
  })

  test('blacklists all of a user', async () => {
    const tokens = db.make()
    const mine = await Promise.all([1, 2, 3].map(() => tokens.RefreshToken.forUser({ id: 'alice' })))
    const other = await tokens.RefreshToken.forUser({ id: 'Alice' })
    await mine[0]?.blacklist()
    expect(await tokens.blacklistUser('alice')).toBe(2)
    expect(await tokens.blacklistUser('alice')).toBe(0)
    for (const token of mine) expect(await tokens.isBlacklisted(token.claims)).toBe(true)
    expect(await tokens.isBlacklisted(other.claims)).toBe(false)
  })

  test('flushes', async () => {
    const tokens = db.make()
    for (let i = 0; i < 25; i++) await tokens.blacklist({ jti: `old${i}`, exp: inSeconds(-3 * DAY) })
    await tokens.outstand({ jti: 'late', exp: inSeconds(-DAY / 2) })
    const seen: number[] = []
    expect(await tokens.flushExpiredTokens({ batchSize: 10, onProgress: (n) => seen.push(n) })).toBe(25)
    expect(seen).toEqual([10, 20, 25])
  })
})
