import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../../lib'
import { newChain, successorOf } from '../../../../lib/claims'
import { useDatabase } from '../../../support/blacklist'
import { DIALECTS } from '../../../support/databases'
import { rowsOf } from '../../../support/rows'
import { DAY, inSeconds } from '../../../support/seconds'
import { chainOf, jtiOf } from '../../../support/sessions'

const one = async (tokens: TokenBlacklist, jti: string) => {
  const { rows, next, previous } = await tokens.listing.listOutstanding({ filter: 'all', jti, limit: 5 })
  expect([rows.length, next, previous]).toEqual([1, null, null])
  return rows[0]
}

describe.each(DIALECTS)('a listed token on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('has what its rows hold', async () => {
    const tokens = db.make()
    const exp = inSeconds(DAY)
    await tokens.blacklist({ jti: 'plain', sub: 'bob', iat: exp - DAY, exp })
    const { outstanding, blacklisted } = await rowsOf(tokens, 'plain')
    expect(await one(tokens, 'plain')).toEqual({
      id: String(outstanding[0]?.id),
      jti: 'plain',
      userId: 'bob',
      createdAt: new Date((exp - DAY) * 1000),
      expiresAt: new Date(exp * 1000),
      kind: 'other',
      status: 'blacklisted',
      blacklistedAt: blacklisted[0]?.blacklistedAt,
      blacklistedId: String(blacklisted[0]?.id),
      sessionRevoked: false,
    })
    await tokens.outstand({ jti: 'bare', exp })
    expect(await one(tokens, 'bare')).toMatchObject({ userId: null, createdAt: null, blacklistedAt: null, blacklistedId: null })
  })

  test('is active until it expires, on the clock of the app', async () => {
    let now = Date.parse('2035-01-01T00:00:00.000Z')
    const tokens = db.make({ clock: () => now })
    await tokens.outstand({ jti: 'clock', exp: now / 1000 + 60 })
    const status = async () => (await one(tokens, 'clock'))?.status
    now += 59_999
    expect(await status()).toBe('active')
    now += 1
    expect(await status()).toBe('expired')
    await tokens.blacklist({ jti: 'clock' })
    expect(await status()).toBe('blacklisted')
  })

  test('of a chain is a session, a rotated token or its head', async () => {
    const tokens = db.make()
    const { sid, refresh } = await chainOf(tokens, 'alice', 2)
    expect(await one(tokens, sid)).toMatchObject({ kind: 'session', status: 'active', sessionRevoked: false })
    const states = async () => Promise.all(refresh.map((token) => one(tokens, jtiOf(token))))
    const member = { kind: 'refresh', sessionRevoked: false }
    expect(await states()).toMatchObject([
      { ...member, status: 'rotated' },
      { ...member, status: 'rotated' },
      { ...member, status: 'active' },
    ])
    const active = async () => {
      const search = { filter: 'active', userId: 'alice' } as const
      const { rows } = await tokens.listing.listOutstanding({ ...search, limit: 9 })
      expect(await tokens.listing.countOutstanding(search)).toEqual({ count: rows.length, capped: false })
      return rows.map(({ jti }) => jti)
    }
    expect(await active()).toEqual([jtiOf(refresh[2]), sid])
    await tokens.revokeSession(sid)
    expect(await active()).toEqual([])
    expect(await one(tokens, sid)).toMatchObject({ kind: 'session', status: 'blacklisted', sessionRevoked: false })
    expect(await states()).toMatchObject([
      { status: 'rotated', sessionRevoked: true },
      { status: 'rotated', sessionRevoked: true },
      { status: 'blacklisted', sessionRevoked: true, blacklistedId: null, blacklistedAt: null },
    ])
    await tokens.blacklist(String(refresh[2]))
    expect((await states())[2]).toMatchObject({ status: 'blacklisted', sessionRevoked: true, blacklistedId: expect.any(String) })
  })

  test('of another form is rotated too where its successor is recorded', async () => {
    const tokens = db.make()
    const exp = inSeconds(DAY)
    await tokens.blacklist({ jti: 'foreign', exp })
    expect(await one(tokens, 'foreign')).toMatchObject({ kind: 'other', status: 'blacklisted' })
    await tokens.outstand({ jti: successorOf('foreign'), exp })
    expect(await one(tokens, 'foreign')).toMatchObject({ kind: 'other', status: 'rotated' })
    expect(await one(tokens, successorOf('foreign'))).toMatchObject({ kind: 'refresh', status: 'active' })
  })

  test('is found byte for byte', async () => {
    const tokens = db.make()
    const exp = inSeconds(DAY)
    for (const jti of ['Case', 'case', 'caſe', 'cäse', 'ca%e', "ca'e"]) await tokens.outstand({ jti, sub: jti, exp })
    const { listing } = tokens
    for (const value of ['Case', 'case', 'caſe', 'cäse', 'ca%e', "ca'e"]) {
      for (const search of [{ jti: value }, { userId: value }, { jti: value, userId: value }]) {
        const { rows } = await listing.listOutstanding({ filter: 'active', ...search, limit: 5 })
        expect([search, rows.map(({ jti }) => jti)]).toEqual([search, [value]])
        expect(await listing.countOutstanding({ filter: 'all', ...search })).toEqual({ count: 1, capped: false })
      }
    }
    for (const value of ['CASE', 'case ', ' case', 'c%', 'ca_e', '0', '', 'a\0', '\ud800', 'x'.repeat(300)]) {
      for (const search of [{ jti: value }, { userId: value }, { jti: 'case', userId: value }]) {
        expect(await listing.listOutstanding({ filter: 'all', ...search, limit: 5 })).toEqual({
          rows: [],
          next: null,
          previous: null,
        })
        expect(await listing.countBlacklisted(search)).toEqual({ count: 0, capped: false })
      }
    }
  })

  test('shows its session even if the page has neither that nor the successor', async () => {
    const tokens = db.make()
    const chain = newChain()
    await tokens.outstand({ jti: `${chain}.7`, exp: inSeconds(DAY) })
    expect(await one(tokens, `${chain}.7`)).toMatchObject({ kind: 'refresh', status: 'active', sessionRevoked: false })
  })

  test.each([0, -1, 1.5, 501, Number.NaN, '10', undefined])('is not asked for with the limit %o', async (limit) => {
    const { listing } = db.make()
    await expect(listing.listOutstanding({ filter: 'all', limit: limit as number })).rejects.toThrow(/^limit must be/)
  })

  test('is not asked for with an unknown filter', async () => {
    const { listing } = db.make()
    const filter = 'everything' as never
    await expect(listing.listOutstanding({ filter, limit: 1 })).rejects.toThrow(/^filter must be one of all, active/)
    await expect(listing.countOutstanding({ filter })).rejects.toThrow(TypeError)
  })
})

describe.each(DIALECTS.filter((name) => name !== 'sqlite'))(
  'a listed token, with instances of other time zones on %s',
  (dialect) => {
    const db = useDatabase(dialect)

    test('has the same times', async () => {
      const exp = inSeconds(DAY)
      await db.make().blacklist({ jti: 'zoned', iat: exp - DAY, exp })
      const seen = []
      for (const timezone of ['+00:00', '+02:00', '-08:00']) {
        const tokens = db.make({ sequelize: db.database.connect({ timezone }) })
        seen.push(await one(tokens, 'zoned'))
        expect(seen.at(-1)).toMatchObject({ createdAt: new Date((exp - DAY) * 1000), expiresAt: new Date(exp * 1000) })
        expect(await tokens.listing.overview()).toEqual(await db.make().listing.overview())
      }
      expect(new Set(seen.map((token) => JSON.stringify(token))).size).toBe(1)
      expect(Math.abs(Number(seen[0]?.blacklistedAt) - Date.now())).toBeLessThan(60_000)
    })
  },
)
