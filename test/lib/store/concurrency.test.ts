import { describe, expect, test } from 'vitest'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { rowsOf } from '../../support/rows'
import { runChild } from '../../support/run-child'
import { DAY, inSeconds } from '../../support/seconds'

const fifty = <T>(call: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 50 }, (_, index) => call(index)))

describe.each(DIALECTS)('50 blacklistings at once on %s', (dialect) => {
  const db = useDatabase(dialect)
  const make = () => db.make({ checkTimeout: '30s' })

  test('of a token that nobody recorded leave one row in each table', async () => {
    const tokens = make()
    const token = await tokens.AccessToken.forUser({ id: 'alice' })
    await fifty(() => token.blacklist())
    const { outstanding, blacklisted } = await rowsOf(tokens, token.jti)
    expect([outstanding.length, blacklisted.length]).toEqual([1, 1])
  })

  test('of an encoded token, its claims and its jti leave one row in each table', async () => {
    const tokens = make()
    const token = await tokens.RefreshToken.forUser({ id: 'alice' })
    const forms = [String(token), token.claims, { jti: token.jti }]
    await fifty((index) => tokens.blacklist(forms[index % 3] as string))
    const { outstanding, blacklisted } = await rowsOf(tokens, token.jti)
    expect([outstanding.length, blacklisted.length]).toEqual([1, 1])
  })

  test('of 50 tokens leave 50', async () => {
    const tokens = make()
    await fifty((index) => tokens.blacklist({ jti: `n${index}`, exp: inSeconds(DAY), sub: 'all' }))
    expect(await tokens.models.BlacklistedToken.count({ include: [OF_ALL] })).toBe(50)
  })

  test('beside blacklistings of all that the user has leave one row in each table', async () => {
    const tokens = make()
    const token = await tokens.RefreshToken.forUser({ id: 'bob' })
    const counts = await fifty((index) => (index % 2 ? tokens.blacklistUser('bob') : token.blacklist().then(() => 0)))
    // The session's row and the token's.
    expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2)
    expect((await rowsOf(tokens, token.jti)).blacklisted).toHaveLength(1)
  })

  test('in each of two processes leave one row in each table', async () => {
    const tokens = make()
    const encoded = String(await tokens.AccessToken.forUser({ id: 'alice' }))
    const { jti } = await tokens.AccessToken.verify(encoded)
    const args = [db.database.url, SECRET, encoded, 'claims', String(inSeconds(DAY))]
    for (const ended of await Promise.all([1, 2].map(() => runChild('blacklist-at-once.mjs', args))))
      expect(ended).toMatchObject({ code: 0, stdout: 'done\n' })
    for (const id of [jti, 'claims']) {
      const { outstanding, blacklisted } = await rowsOf(tokens, id)
      expect([outstanding.length, blacklisted.length]).toEqual([1, 1])
    }
  })
})

const OF_ALL = { association: 'outstanding', where: { userId: 'all' }, required: true }
