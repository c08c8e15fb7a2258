import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, ecKeys } from '../../support/jwt'
import { rowsOf } from '../../support/rows'
import { age, chainOf, heard, isListed, jtiOf, REFUSED, rotated } from '../../support/sessions'

const user = { id: 'alice' }

describe.each(DIALECTS)('a refresh token shown again within the grace period on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('gets the same successor, and an access token of its own', async () => {
    let now = Date.now()
    const tokens = db.make({ clock: () => now, storeTokens: true })
    const told = heard(tokens, 'refreshed')
    const { refresh } = await tokens.obtainPair(user)
    const first = await rotated(tokens, refresh)
    now += 7000
    await age(tokens, 8)
    const again = await rotated(tokens, refresh)
    expect(again.refresh).toBe(first.refresh)
    expect(claimsOf(again.access)).toMatchObject({ iat: Math.floor(now / 1000), sid: claimsOf(first.access).sid })
    expect(jtiOf(again.access)).not.toBe(jtiOf(first.access))
    for (const encoded of [first.access, again.access, again.refresh]) await tokens.verify(encoded)
    expect(told).toMatchObject([{ repeated: false }, { repeated: true }])
    expect((await rowsOf(tokens, jtiOf(first.refresh))).outstanding).toMatchObject([{ token: first.refresh }])
    await tokens.refresh(again.refresh)
  })

  test('gets the same claims where no two signatures are alike', async () => {
    const tokens = db.make({ algorithm: 'ES256', signingKey: ecKeys().privateKey })
    const { refresh } = await tokens.obtainPair(user)
    const [first, again] = [await rotated(tokens, refresh), await rotated(tokens, refresh)]
    expect(claimsOf(again.refresh)).toEqual(claimsOf(first.refresh))
    expect(again.refresh).not.toBe(first.refresh)
  })

  test('gets what the app added to it, in the same order', async () => {
    const tokens = db.make({ issuer: 'here', audience: ['a', 'b'] })
    const token = await tokens.RefreshToken.forUser(user)
    Object.assign(token.claims, { role: 'admin', nested: { b: 1, a: 2 } })
    const [first, again] = [await rotated(tokens, String(token)), await rotated(tokens, String(token))]
    expect(again.refresh).toBe(first.refresh)
    expect(claimsOf(first.refresh)).toMatchObject({ role: 'admin', iss: 'here', aud: ['a', 'b'] })
  })

  test('is refused, no more, once its successor was rotated', async () => {
    const tokens = db.make()
    const reuse = heard(tokens, 'reuse')
    const { sid, refresh, access } = await chainOf(tokens, 'late', 2)
    await expect(tokens.refresh(String(refresh[0]))).rejects.toMatchObject(REFUSED)
    for (const encoded of [...access, refresh[2]]) await tokens.verify(String(encoded))
    expect(await isListed(tokens, 'late', sid)).toBe(true)
    expect(reuse).toEqual([])
  })

  test.each([true, false])('is refused after a logout with any member of the chain; sessions: %s', async (sessions) => {
    for (const member of [0, 1]) {
      const tokens = db.make({ sessions })
      const reuse = heard(tokens, 'reuse')
      const { refresh } = await chainOf(tokens, 'logout', 1)
      await tokens.blacklist(String(refresh[member]))
      for (const encoded of refresh) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
      await age(tokens, 60)
      for (const encoded of refresh) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
      expect(reuse).toEqual([])
    }
  })

  test.each([true, false])('is refused after a logout everywhere; sessions: %s', async (sessions) => {
    const tokens = db.make({ sessions })
    const { refresh } = await chainOf(tokens, `everywhere-${sessions}`, 1)
    await tokens.blacklistUser(`everywhere-${sessions}`)
    for (const encoded of refresh) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
  })

  test('is refused where it was revoked, not rotated', async () => {
    const tokens = db.make({ sessions: false })
    const { refresh } = await tokens.obtainPair(user)
    await tokens.blacklist(refresh)
    await expect(tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
    expect((await rowsOf(tokens, `${jtiOf(refresh).slice(0, 32)}.2`)).outstanding).toEqual([])
  })

  test('is refused where a SQL prompt blacklisted its session', async () => {
    const tokens = db.make()
    const { sid, refresh, access } = await chainOf(tokens, 'prompt', 1)
    const [row] = (await rowsOf(tokens, sid)).outstanding
    await tokens.models.BlacklistedToken.create({ tokenId: String(row?.id) })
    for (const encoded of refresh) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
    for (const encoded of access) await expect(tokens.verify(encoded)).rejects.toMatchObject(REFUSED)
  })
})
