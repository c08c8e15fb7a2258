import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'

describe.each(DIALECTS)('sessions on %s', (dialect) => {
  const db = useDatabase(dialect)
  test('logout ends access tokens and chain', async () => {
    const tokens = db.make()
    const first = await tokens.obtainPair({ id: 'u' })
    const second = await tokens.refresh(first.refresh)
    await expect(tokens.verify(second.access)).resolves.toHaveProperty('sid')
    await expect(tokens.verify(first.access)).resolves.toHaveProperty('sid')
    await tokens.blacklist(first.refresh)
    for (const t of [first.access, second.access, first.refresh, second.refresh as string]) {
      await expect(tokens.verify(t)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    }
    await expect(tokens.refresh(second.refresh as string)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })
  test('repeat gives same', async () => {
    const tokens = db.make()
    const reuse: unknown[] = []
    tokens.on('reuse', (e) => reuse.push(e))
    const { refresh } = await tokens.obtainPair({ id: 'u2' })
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.refresh(refresh)))
    expect(new Set(all.map((a) => a.refresh)).size).toBe(1)
    const next = await tokens.refresh(all[0]?.refresh as string)
    await expect(tokens.refresh(refresh)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    await expect(tokens.verify(next.access)).resolves.toBeTruthy()
    expect(reuse).toHaveLength(0)
    expect(await tokens.sessionsOf('u2')).toHaveLength(1)
  })
  test('reuse after grace', async () => {
    const tokens = db.make({ rotationGracePeriod: 0.2 })
    const reuse: unknown[] = []
    tokens.on('reuse', (e) => reuse.push(e))
    const { refresh } = await tokens.obtainPair({ id: 'u3' })
    const next = await tokens.refresh(refresh)
    await new Promise((r) => setTimeout(r, 400))
    await expect(tokens.refresh(refresh)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    expect(reuse).toHaveLength(1)
    await expect(tokens.verify(next.access)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    expect(await tokens.sessionsOf('u3')).toHaveLength(0)
  })
  test('grace 0: one', async () => {
    const tokens = db.make({ rotationGracePeriod: 0 })
    const { refresh } = await tokens.obtainPair({ id: 'u4' })
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => tokens.refresh(refresh)))
    const ok = all.filter((a) => a.status === 'fulfilled')
    expect(ok).toHaveLength(1)
    const r = (ok[0] as PromiseFulfilledResult<{ access: string }>).value
    await expect(tokens.verify(r.access)).resolves.toBeTruthy()
  })
  test('everywhere but here', async () => {
    const tokens = db.make()
    const a = await tokens.obtainPair({ id: 'u5' })
    const b = await tokens.obtainPair({ id: 'u5' })
    const sid = (await tokens.verify(a.access)).sid as string
    await tokens.blacklistUser('u5', { except: sid })
    await expect(tokens.verify(a.access)).resolves.toBeTruthy()
    await expect(tokens.refresh(a.refresh)).resolves.toBeTruthy()
    await expect(tokens.verify(b.access)).rejects.toBeTruthy()
    const [s] = await tokens.sessionsOf('u5')
    expect(s?.id).toBe(sid)
    expect(await tokens.revokeSession(sid, { userId: 'other' })).toBe(false)
    expect(await tokens.revokeSession(sid, { userId: 'u5' })).toBe(true)
    await expect(tokens.verify(a.access)).rejects.toBeTruthy()
  })
})
