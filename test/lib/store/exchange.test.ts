import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf } from '../../support/jwt'
import { rowsOf } from '../../support/rows'

describe.each(DIALECTS)('exchanging a refresh token on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('succeeds once of 20 calls at once, and leaves one successor', async () => {
    const options = { checkTimeout: '30s', rotationGracePeriod: 0 }
    const instances = [db.make(options), db.make(options)] as const
    const [tokens] = instances
    const token = await tokens.RefreshToken.forUser({ id: 'once' })
    const calls = Array.from({ length: 20 }, (_, index) => (instances[index % 2] ?? tokens).refresh(String(token)))
    const outcomes = await Promise.allSettled(calls)
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    }
    const rows = await tokens.models.OutstandingToken.findAll({ where: { userId: 'once' }, order: ['id'] })
    expect(rows.map(({ jti }) => jti)).toEqual([token.claims.sid, token.jti, claimsOf(String(won[0]?.value.refresh)).jti])
    expect((await rowsOf(tokens, token.jti)).blacklisted).toHaveLength(1)
    expect((await rowsOf(tokens, String(rows[2]?.jti))).blacklisted).toHaveLength(0)
  })

  test('is refused for a token that was blacklisted, and leaves no successor', async () => {
    const tokens = db.make()
    const token = await tokens.RefreshToken.forUser({ id: 'refused' })
    await token.blacklist()
    await expect(tokens.refresh(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    expect(await tokens.models.OutstandingToken.count({ where: { userId: 'refused' } })).toBe(2)
  })

  test('goes on along the chain', async () => {
    const tokens = db.make()
    const first = await tokens.RefreshToken.forUser({ id: 'chain' })
    let encoded = String(first)
    for (let n = 2; n < 6; n++) {
      const { refresh, access } = await tokens.refresh(encoded)
      await tokens.AccessToken.verify(access)
      encoded = String(refresh)
      expect(claimsOf(encoded).jti).toBe(`${first.jti.slice(0, 32)}.${n}`)
    }
    const { outstanding } = await rowsOf(tokens, String(claimsOf(encoded).jti))
    expect(outstanding).toMatchObject([{ userId: 'chain', token: null }])
  })

  test('keeps the refresh token where it does not rotate', async () => {
    const tokens = db.make({ rotateRefreshTokens: false })
    const token = await tokens.RefreshToken.forUser({ id: 'kept' })
    for (let i = 0; i < 2; i++) expect(Object.keys(await tokens.refresh(String(token)))).toEqual(['access'])
    await token.blacklist()
    await expect(tokens.refresh(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })

  test('gives successors beside it where it is not blacklisted after rotation', async () => {
    const tokens = db.make({ blacklistAfterRotation: false })
    const token = await tokens.RefreshToken.forUser({ id: 'beside' })
    const jtis = [await tokens.refresh(String(token)), await tokens.refresh(String(token))].map(({ refresh }) => {
      return claimsOf(String(refresh)).jti
    })
    const rows = await tokens.models.OutstandingToken.findAll({ where: { userId: 'beside' }, order: ['id'] })
    const { sid } = token.claims
    expect(rows.map(({ jti }) => jti)).toEqual([sid, token.jti, ...jtis])
    for (const jti of jtis) expect(jti).toMatch(new RegExp(`^${sid}\\.[0-9a-f-]{36}$`))
    await token.blacklist()
    await expect(tokens.refresh(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })
})
