import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { rowsOf } from '../../support/rows'
import { chainOf, expiryOf, heard, jtiOf, REFUSED, rotated, sidOf } from '../../support/sessions'

describe.each(DIALECTS)('rotation on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('keeps the session, of which every token says the id', async () => {
    const tokens = db.make()
    const { sid, refresh, access } = await chainOf(tokens, 'alice', 3)
    for (const encoded of [...access, ...refresh]) expect(sidOf(encoded)).toBe(sid)
    expect(refresh.map(jtiOf)).toEqual([1, 2, 3, 4].map((n) => `${sid}.${n}`))
    const blacklisted = await Promise.all(
      refresh.map(async (encoded) => (await rowsOf(tokens, jtiOf(encoded))).blacklisted.length),
    )
    expect(blacklisted).toEqual([1, 1, 1, 0])
  })

  test('goes on with a session where sessions have been turned off, and without one where they were', async () => {
    const [on, off] = [db.make(), db.make({ sessions: false })]
    const [withSession, without] = [await on.obtainPair({ id: 'a' }), await off.obtainPair({ id: 'a' })]
    const kept = await rotated(off, withSession.refresh)
    expect(sidOf(kept.access)).toBe(sidOf(withSession.access))
    await off.blacklist(withSession.refresh)
    await expect(off.verify(kept.access)).rejects.toMatchObject(REFUSED)
    expect(claimsOf((await rotated(on, without.refresh)).refresh)).not.toHaveProperty('sid')
  })

  test('gives a token that came from elsewhere one successor, and ends it by either', async () => {
    const tokens = db.make()
    for (const member of [0, 1]) {
      const foreign = signed({ token_type: 'refresh', jti: `elsewhere-${member}` })
      const { refresh } = await rotated(tokens, foreign)
      expect((await rotated(tokens, foreign)).refresh).toBe(refresh)
      expect(jtiOf(refresh)).toMatch(/^[0-9a-f]{32}\.2$/)
      const next = await rotated(tokens, refresh)
      await tokens.blacklist(String([foreign, refresh][member]))
      await expect(tokens.refresh(next.refresh)).rejects.toMatchObject(REFUSED)
    }
  })

  test('ends with a session of another form', async () => {
    const tokens = db.make()
    const foreign = signed({ token_type: 'refresh', sid: 'their session' })
    const { access, refresh } = await rotated(tokens, foreign)
    await tokens.blacklist(foreign)
    for (const encoded of [access, refresh]) await expect(tokens.verify(encoded)).rejects.toMatchObject(REFUSED)
  })

  test('asks the app for the user, and gives nothing where there is none or it may not log in', async () => {
    const users = new Map<string, object>([['7', { id: 7 }]])
    const asked: unknown[] = []
    const findUser = async (id: string, claims: object) => {
      asked.push([id, claims])
      return users.get(id)
    }
    const tokens = db.make({ findUser })
    const refreshed = heard(tokens, 'refreshed')
    const { refresh } = await tokens.obtainPair({ id: 7 })
    users.set('7', { id: 7, isActive: false })
    await expect(tokens.refresh(refresh)).rejects.toMatchObject({ code: 'ERR_NO_ACTIVE_ACCOUNT', status: 401 })
    users.delete('7')
    await expect(tokens.refresh(refresh)).rejects.toMatchObject({ code: 'ERR_NO_ACTIVE_ACCOUNT', status: 401 })
    expect(refreshed).toEqual([])
    expect((await rowsOf(tokens, jtiOf(refresh))).blacklisted).toEqual([])
    users.set('7', { id: 7 })
    await tokens.refresh(refresh)
    expect(asked).toEqual(Array(3).fill(['7', claimsOf(refresh)]))
    expect(refreshed).toHaveLength(1)
  })

  test('does not refresh, nor rotate, where the app cannot tell', async () => {
    const tokens = db.make({ findUser: () => Promise.reject(new Error('down')) })
    const { refresh } = await tokens.obtainPair({ id: 7 })
    await expect(tokens.refresh(refresh)).rejects.toThrow('down')
    expect((await rowsOf(tokens, jtiOf(refresh))).blacklisted).toEqual([])
  })

  test('moves the session on, and never back', async () => {
    let now = Date.now()
    const clock = () => now
    const tokens = db.make({ clock, refreshTokenLifetime: '1h', accessTokenLifetime: '1d', leeway: 5 })
    const shorter = db.make({ clock, refreshTokenLifetime: '10m', accessTokenLifetime: '1m' })
    const pair = await tokens.obtainPair({ id: 'alice' })
    now += 1_800_000
    const next = await rotated(tokens, pair.refresh)
    const expiry = await expiryOf(tokens, sidOf(pair.access))
    expect(expiry).toBe(Number(claimsOf(next.refresh).exp) + 86_400 + 10)
    await rotated(shorter, next.refresh)
    expect(await expiryOf(tokens, sidOf(pair.access))).toBe(expiry)
  })
})
