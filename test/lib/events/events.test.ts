import { describe, expect, test } from 'vitest'
import type { TokenBlacklistEvents } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { claimsOf } from '../../support/jwt'
import { FRAMEWORKS, PASSWORD, routeApp } from '../../support/route-apps'
import { inSeconds } from '../../support/seconds'
import { age, heard, jtiOf, sidOf } from '../../support/sessions'

const NAMES = ['issued', 'refreshed', 'blacklisted', 'userBlacklisted', 'reuse', 'flushed'] as const

describe('events', () => {
  const db = useDatabase('sqlite')

  test('tell what was done, and to whom', async () => {
    const tokens = db.make()
    const heard: [keyof TokenBlacklistEvents, unknown][] = []
    for (const name of NAMES) tokens.on(name, (event: unknown) => void heard.push([name, event]))
    const { refresh } = await tokens.obtainPair({ id: 'alice' })
    await tokens.refresh(refresh)
    await tokens.refresh(refresh)
    await tokens.blacklist(refresh)
    await tokens.blacklistUser('alice')
    await tokens.flushExpiredTokens()
    const sid = expect.stringMatching(/^[0-9a-f]{32}$/)
    const subject = { userId: 'alice', sid, jti: expect.stringMatching(/^[0-9a-f]{32}\.1$/) }
    expect(heard).toEqual([
      ['issued', { ...subject, tokenType: 'refresh' }],
      ['refreshed', { ...subject, repeated: false }],
      ['refreshed', { ...subject, repeated: true }],
      ['blacklisted', { ...subject, sessionEnded: true }],
      ['userBlacklisted', { userId: 'alice', except: null, count: expect.any(Number) }],
      ['flushed', { deleted: 0 }],
    ])
  })

  test('tell a refresh that gives a refresh token beside the old one, or none', async () => {
    for (const settings of [{ blacklistAfterRotation: false }, { rotateRefreshTokens: false }]) {
      const tokens = db.make(settings)
      const refreshed = heard(tokens, 'refreshed')
      const { refresh } = await tokens.obtainPair({ id: 'alice' })
      await tokens.refresh(refresh)
      const { sid, jti } = claimsOf(refresh)
      expect(refreshed).toEqual([{ userId: 'alice', sid, jti, repeated: false }])
    }
  })

  test('tell the session that ends with a refresh token of which the jti alone is known', async () => {
    const tokens = db.make()
    const blacklisted = heard(tokens, 'blacklisted')
    const { sid, jti } = claimsOf((await tokens.obtainPair({ id: 'alice' })).refresh)
    await tokens.blacklist({ jti })
    expect(blacklisted).toEqual([{ userId: 'alice', sid, jti, sessionEnded: true }])
  })

  test('tell whether a session ended', async () => {
    const tokens = db.make()
    const blacklisted = heard(tokens, 'blacklisted')
    const [first, second] = [await tokens.obtainPair({ id: 'alice' }), await tokens.obtainPair({ id: 'alice' })]
    const { sid, jti } = claimsOf(first.access)
    await tokens.blacklist(first.access)
    await (await tokens.AccessToken.verify(second.access)).blacklist()
    await (await tokens.RefreshToken.verify(first.refresh)).blacklist()
    await tokens.blacklist({ jti: sidOf(second.access) })
    await tokens.revokeSession(sidOf(second.access))
    const alone = await db.make({ sessions: false }).obtainPair({ id: 'alice' })
    await tokens.blacklist(alone.refresh)
    await tokens.blacklist({ jti: jtiOf(alone.refresh) })
    const other = { userId: 'alice', sid: sidOf(second.access) }
    const over = { ...other, jti: other.sid, sessionEnded: true }
    const last = { userId: 'alice', jti: jtiOf(alone.refresh), sid: null, sessionEnded: false }
    expect(blacklisted).toEqual([
      { userId: 'alice', sid, jti, sessionEnded: false },
      { ...other, jti: jtiOf(second.access), sessionEnded: false },
      { userId: 'alice', sid, jti: jtiOf(first.refresh), sessionEnded: true },
      over,
      over,
      last,
      last,
    ])
  })

  test('tell the session of a token from elsewhere, where it is a number', async () => {
    const tokens = db.make()
    const blacklisted = heard(tokens, 'blacklisted')
    const exp = inSeconds(60)
    await tokens.blacklist({ jti: 'access of 7', sub: 'eve', sid: 7, exp })
    expect(await tokens.isBlacklisted({ jti: 'another of 7', sid: 7 })).toBe(false)
    await tokens.blacklist({ jti: 'refresh of 7', sub: 'eve', sid: 7, token_type: 'refresh', exp })
    expect(await tokens.isBlacklisted({ jti: 'another of 7', sid: 7 })).toBe(true)
    expect(blacklisted).toMatchObject([
      { sid: '7', sessionEnded: false },
      { sid: '7', sessionEnded: true },
    ])
  })

  test('tell the session that a log-out everywhere spares', async () => {
    const tokens = db.make()
    const told = heard(tokens, 'userBlacklisted')
    const except = String(claimsOf((await tokens.obtainPair({ id: 'carol' })).refresh).sid)
    await tokens.obtainPair({ id: 'carol' })
    await tokens.blacklistUser('carol', { except })
    expect(told).toEqual([{ userId: 'carol', except, count: 2 }])
  })

  test('are told once to who listens once', async () => {
    const tokens = db.make()
    let calls = 0
    tokens.once('issued', () => void calls++)
    for (let i = 0; i < 2; i++) await tokens.obtainPair({ id: 'dave' })
    expect(calls).toBe(1)
  })

  test('do no harm where a listener throws or rejects, which is logged', async () => {
    const errors: unknown[] = []
    const tokens = db.make({ logger: { error: (_message, error) => void errors.push(error) } })
    const [thrown, rejected] = [new Error('thrown'), new Error('rejected')]
    tokens.on('issued', () => {
      throw thrown
    })
    tokens.on('issued', async () => {
      throw rejected
    })
    const { access } = await tokens.obtainPair({ id: 'bob' })
    await expect(tokens.verify(access)).resolves.toMatchObject({ sub: 'bob' })
    expect(errors).toEqual([thrown, rejected])
  })

  test.each(FRAMEWORKS)('of any name do no harm to a request with %s where a listener throws or rejects', async (framework) => {
    const failed: string[] = []
    const tokens = db.make({ logger: { error: (message) => void failed.push(String(message.split(' ').at(-2))) } })
    for (const name of NAMES) {
      tokens.on(name, () => {
        throw new Error('thrown')
      })
      tokens.on(name, async () => {
        throw new Error('rejected')
      })
    }
    const { post } = await routeApp(tokens, { framework })
    const login = async () => (await post('/', { username: 'erin', password: PASSWORD })).body as { refresh: string }
    const [first, second, third] = [await login(), await login(), await login()]
    const statuses = [
      await post('/refresh', first),
      await post('/refresh', first),
      await post('/blacklist', second),
      await post('/blacklist/all', third),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 200, 200])
    const stolen = await login()
    await post('/refresh', stolen)
    await age(tokens, 60)
    expect((await post('/refresh', stolen)).status).toBe(401)
    expect(await tokens.flushExpiredTokens()).toBe(0)
    const told = ['issued', 'issued', 'issued', 'refreshed', 'refreshed', 'blacklisted', 'userBlacklisted']
    const later = ['issued', 'refreshed', 'reuse', 'flushed']
    await expect.poll(() => failed).toEqual([...told, ...later].flatMap((name) => [name, name]))
  })

  test('do no harm where the logger throws as well, of which Node warns', async () => {
    const broken = new Error('the logger is broken')
    const warnings: unknown[] = []
    const warned = (warning: Error) => void warnings.push(warning.cause)
    process.on('warning', warned)
    const tokens = db.make({
      logger: {
        error: () => {
          throw broken
        },
      },
    })
    tokens.on('issued', () => {
      throw new Error('thrown')
    })
    tokens.on('issued', async () => {
      throw new Error('rejected')
    })
    await tokens.obtainPair({ id: 'bob' })
    await expect.poll(() => warnings).toEqual([broken, broken])
    process.off('warning', warned)
  })
})
