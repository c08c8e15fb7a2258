import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { age, chainOf, heard, isListed, jtiOf, REFUSED, rotated } from '../../support/sessions'

const DAY = 86_400_000

describe.each(DIALECTS)('a rotated refresh token shown after the grace period on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each([0, 1])('ends its session and is told once, be it %i refreshes older than the last', async (older) => {
    const tokens = db.make()
    const reuse = heard(tokens, 'reuse')
    const refreshed = heard(tokens, 'refreshed')
    const id = `thief-${older}`
    const { sid, refresh, access } = await chainOf(tokens, id, 1 + older)
    const other = await tokens.obtainPair({ id })
    await age(tokens, 11)
    refreshed.length = 0
    for (let i = 0; i < 2; i++) await expect(tokens.refresh(String(refresh[0]))).rejects.toMatchObject(REFUSED)
    expect(reuse).toEqual([{ userId: id, sid, jti: jtiOf(refresh[0]) }])
    expect(refreshed).toEqual([])
    for (const encoded of [...access, ...refresh]) await expect(tokens.verify(encoded)).rejects.toMatchObject(REFUSED)
    for (const encoded of refresh) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
    expect(await isListed(tokens, id, sid)).toBe(false)
    await tokens.verify(other.access)
    await tokens.refresh(other.refresh)
  })

  test('ends the chain without a session, and is told once', async () => {
    const tokens = db.make({ sessions: false })
    const reuse = heard(tokens, 'reuse')
    const { refresh } = await chainOf(tokens, 'bare', 2)
    await age(tokens, 11)
    for (let i = 0; i < 3; i++) await expect(tokens.refresh(String(refresh[0]))).rejects.toMatchObject(REFUSED)
    await expect(tokens.refresh(String(refresh[2]))).rejects.toMatchObject(REFUSED)
    expect(reuse).toEqual([{ userId: 'bare', sid: null, jti: jtiOf(refresh[0]) }])
  })

  test('is a theft at once where there is no grace period', async () => {
    const tokens = db.make({ rotationGracePeriod: 0 })
    const reuse = heard(tokens, 'reuse')
    const { refresh, access } = await chainOf(tokens, 'strict', 1)
    await age(tokens, 5)
    await expect(tokens.refresh(String(refresh[0]))).rejects.toMatchObject(REFUSED)
    expect(reuse).toHaveLength(1)
    await expect(tokens.verify(String(access[1]))).rejects.toMatchObject(REFUSED)
  })

  test.each([
    ['ahead', DAY / 3],
    ['behind', -DAY / 3],
  ])('goes by the database alone where a server runs %s', async (_name, skew) => {
    const tokens = db.make()
    const skewed = db.make({ clock: () => Date.now() + skew, leeway: '10h' })
    const reuse = [heard(tokens, 'reuse'), heard(skewed, 'reuse')]
    const { refresh } = await tokens.obtainPair({ id: 'skewed' })
    const first = await rotated(skewed, refresh)
    expect((await rotated(tokens, refresh)).refresh).toBe(first.refresh)
    expect((await rotated(skewed, refresh)).refresh).toBe(first.refresh)
    expect(reuse).toEqual([[], []])
    await age(tokens, 11)
    await expect(skewed.refresh(refresh)).rejects.toMatchObject(REFUSED)
    expect(reuse.map((events) => events.length)).toEqual([0, 1])
  })

  test('does not count the time that the request waited here', async () => {
    let wait = 0
    const findUser = () => new Promise<object>((done) => setTimeout(() => done({ id: 'waits' }), wait))
    const tokens = db.make({ rotationGracePeriod: 1, findUser })
    const reuse = heard(tokens, 'reuse')
    const { refresh } = await tokens.obtainPair({ id: 'waits' })
    const first = await rotated(tokens, refresh)
    wait = 1500
    expect((await rotated(tokens, refresh)).refresh).toBe(first.refresh)
    expect(reuse).toEqual([])
  })

  test('does not count the time that the request waited for a connection', async () => {
    const sequelize = db.database.connect({ pool: { max: 1 } })
    const tokens = db.make({ sequelize, rotationGracePeriod: 1 })
    const { refresh } = await tokens.obtainPair({ id: 'queue' })
    const first = await rotated(tokens, refresh)
    const holder = dialect === 'sqlite' ? db.database.connect() : sequelize
    const transaction = await holder.transaction({ type: 'IMMEDIATE' as never })
    const waiting = rotated(tokens, refresh)
    await new Promise((done) => setTimeout(done, 1500))
    await transaction.rollback()
    expect((await waiting).refresh).toBe(first.refresh)
  })

  test('is undone with a transaction of the app that is rolled back, and stands with its commit', async () => {
    const tokens = db.make()
    const { refresh, access } = await chainOf(tokens, 'in-app', 1)
    await age(tokens, 11)
    for (const commits of [false, true]) {
      const transaction = await db.sequelize.transaction()
      await expect(tokens.refresh(String(refresh[0]), { transaction })).rejects.toMatchObject(REFUSED)
      await (commits ? transaction.commit() : transaction.rollback())
      const check = tokens.verify(String(access[1]))
      await (commits ? expect(check).rejects.toMatchObject(REFUSED) : check)
    }
  })
})
