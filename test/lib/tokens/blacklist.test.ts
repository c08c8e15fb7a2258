import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { rsaKeys } from '../../support/jwt'
import { rowsOf } from '../../support/rows'

const KINDS = ['AccessToken', 'RefreshToken', 'SlidingToken'] as const
const { privateKey, publicKey } = rsaKeys()

describe.each(DIALECTS)('blacklisting a token on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each(KINDS)('%s is refused from then on, by everybody', async (kind) => {
    const tokens = db.make()
    const token = await tokens[kind].forUser({ id: 'alice' })
    await expect(tokens[kind].verify(String(token))).resolves.toMatchObject({ claims: token.claims })
    await token.blacklist()
    await token.blacklist()
    for (const instance of [tokens, db.make()]) {
      await expect(instance[kind].verify(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED', status: 401 })
      await expect(instance.verify(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
      expect(await instance.isBlacklisted(token.claims)).toBe(true)
    }
    const { outstanding, blacklisted } = await rowsOf(tokens, token.jti)
    expect([outstanding.length, blacklisted.length]).toEqual([1, 1])
    expect(outstanding[0]).toMatchObject({ userId: 'alice', token: null })
  })

  test('a sliding token keeps its row until its last possible copy has expired', async () => {
    const tokens = db.make({ slidingTokenLifetime: '5m', slidingTokenRefreshLifetime: '1d' })
    const { claims } = await tokens.SlidingToken.forUser({ id: 'alice' })
    await tokens.models.OutstandingToken.destroy({ where: { jti: String(claims.jti) } })
    await new tokens.SlidingToken(claims).blacklist()
    const { outstanding } = await rowsOf(tokens, String(claims.jti))
    expect(Number(outstanding[0]?.expiresAt) / 1000).toBe(Number(claims.refresh_exp) + 300)
  })

  test.each([
    ['keeps the encoded token with storeTokens', true],
    ['keeps no encoded token without', false],
  ])('%s', async (_name, storeTokens) => {
    const tokens = db.make({ storeTokens })
    for (const call of ['blacklist', 'outstand'] as const) {
      const token = await tokens.AccessToken.forUser({ id: 'alice' })
      await tokens[call](String(token))
      expect((await rowsOf(tokens, token.jti)).outstanding).toMatchObject([{ token: storeTokens ? String(token) : null }])
    }
  })

  test('a service that only verifies can do it too, and keeps the token as it came', async () => {
    const issuer = db.make({ algorithm: 'RS256', signingKey: privateKey })
    const verifier = db.make({ algorithm: 'RS256', signingKey: undefined, verifyingKey: publicKey, storeTokens: true })
    const encoded = String(await issuer.AccessToken.forUser({ id: 'alice' }))
    const token = await verifier.AccessToken.verify(encoded)
    await token.blacklist()
    const { outstanding, blacklisted } = await rowsOf(verifier, token.jti)
    expect(outstanding).toMatchObject([{ token: encoded }])
    expect(blacklisted).toHaveLength(1)
  })

  test('a token that is logged shows its claims, and not itself', async () => {
    const tokens = db.make()
    const encoded = String(await tokens.RefreshToken.forUser({ id: 'alice' }))
    const shown = inspect(await tokens.RefreshToken.verify(encoded), { depth: Infinity, showHidden: true })
    expect(shown).toContain('alice')
    expect(shown).not.toContain(encoded.split('.')[2])
  })
})
