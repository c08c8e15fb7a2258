import type { Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simpleJwt, TokenBlacklist } from '../../lib'
import { createDatabase, type TestDatabase } from '../support/databases'
import { hasDjango, manage, migrateDjango, type RunningServer, SIGNING_KEY, startDjango, startExample } from './servers'

const SETTINGS = { ROTATE: '1', BLACKLIST: '1' }
const DAY = 86_400

describe.runIf(hasDjango('Django and Node on one database'))('Django and Node, on one database', () => {
  let database: TestDatabase
  let sequelize: Sequelize
  let tokens: TokenBlacklist
  const servers = {} as Record<'django' | 'node', RunningServer>
  beforeAll(async () => {
    database = await createDatabase('mysql')
    migrateDjango(database.url)
    servers.django = await startDjango(database.url, SETTINGS)
    servers.node = await startExample(database.url, { ...SETTINGS, TABLES: 'django' })
    sequelize = database.connect()
    tokens = new TokenBlacklist({ ...simpleJwt, sequelize, signingKey: SIGNING_KEY, flushSchedule: false })
  })
  afterAll(async () => {
    await tokens?.close()
    for (const server of Object.values(servers)) await server.stop()
    await database?.drop()
  })

  const post = async (at: 'django' | 'node', route: string, json: object) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
    const response = await fetch(`${servers[at].base}/api/token${route}`, init)
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }
  const obtain = async (at: 'django' | 'node') => (await post(at, '/', { username: 'alice', password: 'wonderland' })).body
  const me = async (at: 'django' | 'node', encoded: string | undefined) => {
    return (await fetch(`${servers[at].base}/me/`, { headers: { authorization: `Bearer ${encoded}` } })).status
  }

  const CROSSINGS = [
    ['django', 'node'],
    ['node', 'django'],
  ] as const

  test.each(CROSSINGS)('what %s issues, %s accepts, blacklists, and both refuse', async (here, there) => {
    const pair = await obtain(here)
    expect(await me(there, pair.access)).toBe(200)
    expect((await post(there, '/blacklist/', { refresh: pair.refresh })).status).toBe(200)
    for (const at of [here, there]) {
      expect(await post(at, '/refresh/', { refresh: pair.refresh })).toMatchObject({
        status: 401,
        body: { detail: 'Token is blacklisted' },
      })
    }
  })

  test.each(CROSSINGS)('a conversation with %s goes on with %s, and back', async (here, there) => {
    let { refresh } = await obtain(here)
    const used: (string | undefined)[] = []
    for (const at of [there, here, there, here]) {
      const { status, body } = await post(at, '/refresh/', { refresh })
      expect(status).toBe(200)
      for (const at of [here, there]) expect(await me(at, body.access)).toBe(200)
      used.push(refresh)
      refresh = body.refresh
    }
    for (const old of used)
      for (const at of [here, there]) expect((await post(at, '/refresh/', { refresh: old })).status).toBe(401)
  })

  test.each(CROSSINGS)('a sliding token of %s is refreshed by %s, and ends for both', async (here, there) => {
    const { body: first } = await post(here, '/sliding/', { username: 'alice', password: 'wonderland' })
    const { status, body: copy } = await post(there, '/sliding/refresh/', first)
    expect(status).toBe(200)
    for (const at of [here, there]) for (const { token } of [first, copy]) expect(await me(at, token)).toBe(200)
    await tokens.blacklist(copy.token as string)
    for (const at of [here, there])
      for (const { token } of [first, copy]) {
        expect(await me(at, token)).toBe(401)
        expect(await post(at, '/sliding/refresh/', { token })).toMatchObject({
          status: 401,
          body: { detail: 'Token is blacklisted' },
        })
      }
  })

  test('a row that Node writes is like one of Django', async () => {
    const { refresh } = await obtain('node')
    const row = await tokens.models.OutstandingToken.findOne({ order: [['id', 'DESC']] })
    const claims = JSON.parse(Buffer.from((refresh as string).split('.')[1] as string, 'base64url').toString())
    expect(row).toMatchObject({
      jti: claims.jti,
      token: '',
      createdAt: new Date(claims.iat * 1000),
      expiresAt: new Date(claims.exp * 1000),
    })
    expect(String(row?.userId)).toBe('1')
    const seen = manage(database.url, [
      'shell',
      '-c',
      'from rest_framework_simplejwt.token_blacklist.models import *; t = OutstandingToken.objects.last(); print(t.user.username, t.jti, t.expires_at.timestamp())',
    ])
    expect(seen.trim()).toBe(`alice ${claims.jti} ${claims.exp}.0`)
  })

  test('a user who is gone, or whose id is no integer, becomes null, and its tokens stay blacklisted', async () => {
    for (const id of ['987654', 'alice', '8d4e2c1e-3a7b-4c55-9e11-2f7f1a0b6c3d']) {
      const token = await tokens.RefreshToken.forUser({ id })
      const row = await tokens.models.OutstandingToken.findOne({ where: { jti: token.jti } })
      expect(row?.userId).toBeNull()
      await token.blacklist()
      expect(await tokens.isBlacklisted(token.claims)).toBe(true)
      expect(await tokens.blacklistUser(id)).toBe(0)
    }
  })

  test('each flushes what the other wrote', async () => {
    const long = 10 * DAY
    for (const at of ['node', 'django'] as const) {
      const { refresh } = await obtain(at)
      await post(at, '/blacklist/', { refresh })
    }
    const past = 'UPDATE token_blacklist_outstandingtoken SET expires_at = expires_at - INTERVAL ? SECOND'
    await sequelize.query(past, { replacements: [long] })
    const before = await tokens.models.OutstandingToken.count()
    expect(await tokens.flushExpiredTokens({ batchSize: 3 })).toBe(before)
    expect(await tokens.models.BlacklistedToken.count()).toBe(0)

    await obtain('node')
    await sequelize.query(past, { replacements: [long] })
    manage(database.url, ['flushexpiredtokens'])
    expect(await tokens.models.OutstandingToken.count()).toBe(0)
  })

  test('a sliding token that Django issued, refreshed and blacklisted is refused until its last copy expired', async () => {
    const { body } = await post('django', '/sliding/', { username: 'alice', password: 'wonderland' })
    const copy = (await post('django', '/sliding/refresh/', { token: body.token })).body.token
    manage(database.url, [
      'shell',
      '-c',
      `from rest_framework_simplejwt.tokens import SlidingToken; SlidingToken('${copy}').blacklist()`,
    ])
    const claims = (await tokens.SlidingToken.verify(copy as string).catch((error: unknown) => error)) as { code?: string }
    expect(claims).toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })

    // Django's row says that all is over when the first copy expires. As much later as the last copy can live, it must be there.
    const lastCopy = DAY + 300
    const [row] = (
      await sequelize.query('SELECT id, expires_at FROM token_blacklist_outstandingtoken ORDER BY id DESC LIMIT 1')
    )[0]
    const { id, expires_at } = row as { id: number; expires_at: Date }
    const ago = async (seconds: number) => {
      const at = new Date(expires_at.getTime() - seconds * 1000)
      await sequelize.query('UPDATE token_blacklist_outstandingtoken SET expires_at = ? WHERE id = ?', { replacements: [at, id] })
      await tokens.flushExpiredTokens()
      return (await tokens.models.BlacklistedToken.count({ where: { tokenId: id } })) === 1
    }
    for (const seconds of [0, 300, 3600, DAY, lastCopy, lastCopy + 300])
      expect([seconds, await ago(seconds)]).toEqual([seconds, true])
    expect(await ago(4 * DAY)).toBe(false)
  })
})
