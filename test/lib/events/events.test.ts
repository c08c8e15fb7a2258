import { describe, expect, test } from 'vitest'
import type { TokenBlacklistEvents } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { claimsOf } from '../../support/jwt'
import { heard } from '../../support/sessions'

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
      ['blacklisted', subject],
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
    expect(blacklisted).toEqual([{ userId: null, sid, jti }])
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
})
