import { describe, expect, test } from 'vitest'
import { simpleJwt } from '../../lib'
import { useDatabase } from '../support/blacklist'
import { DIALECTS } from '../support/databases'
import { guardedApp } from '../support/guarded-app'
import { claimsOf } from '../support/jwt'
import { PASSWORD, routeApp } from '../support/route-apps'
import { rowsOf } from '../support/rows'

const IDS = [7, 9_007_199_254_740_991, '8d4e2c1e-3a7b-4c55-9e11-2f7f1a0b6c3d', 'alice']

describe.each(DIALECTS)('the preset on %s, with tables that this package made', (dialect) => {
  const db = useDatabase(dialect)
  const make = async (options: object = {}) => {
    const tokens = db.make({ ...simpleJwt, sequelize: db.database.connect(), ...options })
    await tokens.models.OutstandingToken.sync()
    await tokens.models.BlacklistedToken.sync()
    return tokens
  }

  test.each(IDS)('issues, verifies, refreshes and blacklists for the user id %s', async (id) => {
    const tokens = await make()
    const { post } = await routeApp(tokens, { authenticate: () => ({ id }) })
    const { me } = await guardedApp(tokens)
    const { access, refresh } = (await post('/', { username: 'alice', password: PASSWORD })).body as Record<string, string>
    for (const encoded of [access, refresh]) expect(claimsOf(String(encoded))).toMatchObject({ user_id: String(id) })
    expect(claimsOf(String(access))).not.toHaveProperty('sub')
    expect(await me(String(access))).toMatchObject({ status: 200, body: { user: { id: String(id) } } })
    const { outstanding } = await rowsOf(tokens, String(claimsOf(String(refresh)).jti))
    // A UUID is kept as Django keeps it.
    expect(outstanding).toMatchObject([{ userId: String(id).replaceAll('-', '') }])

    // It lives on beside the access tokens that it gives.
    for (let times = 0; times < 2; times++) {
      const answer = await post('/refresh', { refresh })
      expect([answer.status, Object.keys(answer.body as object)]).toEqual([200, ['access']])
    }
    expect((await post('/blacklist', { refresh })).status).toBe(200)
    expect((await post('/refresh', { refresh })).status).toBe(401)
    expect(await tokens.blacklistUser(id)).toBe(0)
    await tokens.obtainPair({ id })
    expect(await tokens.blacklistUser(id)).toBe(1)
  })

  test('with rotation and without blacklisting lets old refresh tokens live on, and records the new ones', async () => {
    const tokens = await make({ rotateRefreshTokens: true })
    const { refresh } = await tokens.obtainPair({ id: 'alice' })
    const successors = [await tokens.refresh(refresh), await tokens.refresh(refresh)]
    const jtis = successors.map((pair) => String(claimsOf(String(pair.refresh)).jti))
    expect(new Set([...jtis, claimsOf(refresh).jti]).size).toBe(3)
    for (const jti of jtis) expect((await rowsOf(tokens, jti)).outstanding).toMatchObject([{ userId: 'alice' }])
    for (const pair of successors) expect((await tokens.refresh(String(pair.refresh))).access).toEqual(expect.any(String))
  })

  test('keeps encoded tokens where storeTokens says so, as Django does', async () => {
    const tokens = await make({ storeTokens: true })
    const token = await tokens.RefreshToken.forUser({ id: 'alice' })
    expect((await rowsOf(tokens, token.jti)).outstanding).toMatchObject([{ token: String(token) }])
  })

  test('flushes by id', async () => {
    const tokens = await make()
    await tokens.models.BlacklistedToken.destroy({ where: {} })
    await tokens.models.OutstandingToken.destroy({ where: {} })
    const now = Math.floor(Date.now() / 1000)
    for (let index = 0; index < 7; index++) await tokens.blacklist({ jti: `old ${index}`, exp: now - 10 * 86_400 + index })
    await tokens.blacklist({ jti: 'new', exp: now })
    expect(await tokens.flushExpiredTokens({ batchSize: 3 })).toBe(7)
    expect(await tokens.isBlacklisted({ jti: 'new' })).toBe(true)
  })
})
