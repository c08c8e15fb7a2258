import { describe, expect, test } from 'vitest'
import type { TokenBlacklistEvents } from '../../../lib'
import { useDatabase } from '../../support/blacklist'

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
