import { describe, expect, test } from 'vitest'
import type { Claims, TokenBlacklist } from '../../../lib'
import { newId } from '../../../lib/claims'
import { unblacklist } from '../../../lib/store/unblacklist'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { age, REFUSED, rotated } from '../../support/sessions'
import { CHECK, countedChecks, holdAnswers } from '../../support/statements'

const exp = Math.floor(Date.now() / 1000) + 3600
const claims = (): Claims => ({ jti: newId(), sub: 'alice', exp })

describe.each(DIALECTS)('a cached check on %s', (dialect) => {
  const db = useDatabase(dialect)

  const cached = (cache = {}) => countedChecks(db, { cache: { maxAge: '1m', ...cache } })

  test('asks the database once for a token, and not at all for another token of its session', async () => {
    const { tokens, count } = cached()
    const [good, revoked] = [claims(), claims()]
    await tokens.blacklist(revoked)
    for (let time = 0; time < 3; time++) {
      expect(await tokens.isBlacklisted(good)).toBe(false)
      expect(await tokens.isBlacklisted(revoked)).toBe(true)
    }
    expect(count.queries).toBe(2)
    expect(await tokens.isBlacklisted({ ...claims(), sid: revoked.jti })).toBe(true)
    expect(count.queries).toBe(2)
  })

  test('is noticed elsewhere after maxAge', async () => {
    const { tokens } = cached({ maxAge: 0.2 })
    const token = claims()
    expect(await tokens.isBlacklisted(token)).toBe(false)
    await db.make().blacklist(token)
    await new Promise((done) => setTimeout(done, 250))
    expect(await tokens.isBlacklisted(token)).toBe(true)
  })

  test('counts maxAge from before the query, however long that took', async () => {
    const { tokens, sequelize } = cached({ maxAge: 0.2 })
    const held = holdAnswers(sequelize, CHECK)
    const token = claims()
    const onItsWay = held.hold()
    const slow = tokens.isBlacklisted(token)
    await onItsWay
    await db.make().blacklist(token)
    await new Promise((done) => setTimeout(done, 250))
    held.letGo()
    expect(await slow).toBe(false)
    expect(await tokens.isBlacklisted(token)).toBe(true)
  })

  test('does not reach refresh and verify', async () => {
    const { tokens } = cached()
    const { access, refresh } = await tokens.obtainPair({ id: 'alice' })
    const payload = await tokens.verify(access)
    expect(await tokens.isBlacklisted(payload)).toBe(false)
    await db.make().blacklist(refresh)
    expect(await tokens.isBlacklisted(payload)).toBe(false)
    await expect(tokens.verify(access)).rejects.toMatchObject(REFUSED)
    await expect(tokens.AccessToken.verify(access)).rejects.toMatchObject(REFUSED)
    await expect(tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
  })

  const revocations: [string, (tokens: TokenBlacklist, pair: { access: string; refresh: string }) => Promise<unknown>][] = [
    ['blacklist', (tokens, { refresh }) => tokens.blacklist(refresh)],
    ['blacklist by jti alone', async (tokens, { access }) => tokens.blacklist({ jti: (await tokens.verify(access)).sid })],
    ['a token class', async (tokens, { refresh }) => (await tokens.RefreshToken.verify(refresh)).blacklist()],
    ['blacklistUser', (tokens) => tokens.blacklistUser('alice')],
    ['revokeSession', async (tokens, { access }) => tokens.revokeSession(String((await tokens.verify(access)).sid))],
    [
      'reuse',
      async (tokens, { refresh }) => {
        await rotated(tokens, refresh)
        await age(tokens, 11)
        await expect(tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
      },
    ],
  ]
  test.each(revocations)('knows at once of a session that ended here by %s', async (_way, revoke) => {
    const { tokens } = cached()
    const pair = await tokens.obtainPair({ id: 'alice' })
    const payload = await tokens.verify(pair.access)
    expect(await tokens.isBlacklisted(payload)).toBe(false)
    await revoke(tokens, pair)
    expect(await tokens.isBlacklisted(payload)).toBe(true)
  })

  test('knows at once of a refresh token that was exchanged here', async () => {
    const { tokens } = cached()
    const { refresh } = await tokens.obtainPair({ id: 'alice' })
    const payload = (await tokens.RefreshToken.verify(refresh)).claims
    expect(await tokens.isBlacklisted(payload)).toBe(false)
    await tokens.refresh(refresh)
    expect(await tokens.isBlacklisted(payload)).toBe(true)
  })

  test.each(['blacklist', 'blacklistUser'] as const)(
    'knows of %s in a transaction of the app once it is committed, a savepoint with what is around it',
    async (method) => {
      const { tokens, sequelize } = cached()
      const token = { ...claims(), sub: 'bob' }
      await tokens.outstand(token)
      expect(await tokens.isBlacklisted(token)).toBe(false)
      const transaction = await sequelize.transaction()
      const savepoint = await sequelize.transaction({ transaction })
      const given = { transaction: savepoint }
      await (method === 'blacklist' ? tokens.blacklist(token, given) : tokens.blacklistUser('bob', given))
      await savepoint.commit()
      if (dialect !== 'sqlite') expect(await tokens.isBlacklisted(token)).toBe(false)
      await transaction.commit()
      expect(await tokens.isBlacklisted(token)).toBe(true)
    },
  )

  test('knows at once of a token that was taken off the blacklist here', async () => {
    const { tokens } = cached()
    const token = claims()
    await tokens.blacklist(token)
    expect(await tokens.isBlacklisted(token)).toBe(true)
    const { rows } = await tokens.listing.listBlacklisted({ jti: String(token.jti), limit: 1 })
    const [row] = rows
    const { store } = tokens.RefreshToken.context
    expect(await unblacklist(store, { id: String(row?.blacklistedId), jti: String(token.jti) })).toMatchObject({ is: 'done' })
    expect(await tokens.isBlacklisted(token)).toBe(false)
  })

  test('forgets nothing that was rolled back', async () => {
    const { tokens, sequelize } = cached()
    const token = claims()
    expect(await tokens.isBlacklisted(token)).toBe(false)
    const transaction = await sequelize.transaction()
    await tokens.blacklist(token, { transaction })
    await transaction.rollback()
    expect(await tokens.isBlacklisted(token)).toBe(false)
  })

  test.each(['blacklist', 'blacklistUser'] as const)('is not fooled by a query that %s overtakes', async (method) => {
    const { tokens, sequelize } = cached()
    const held = holdAnswers(sequelize, CHECK)
    const token = { ...claims(), sub: 'carol' }
    await tokens.outstand(token)
    const onItsWay = held.hold()
    const check = tokens.isBlacklisted(token)
    await onItsWay
    await (method === 'blacklist' ? tokens.blacklist(token) : tokens.blacklistUser('carol'))
    held.letGo()
    expect(await check).toBe(true)
    expect(await tokens.isBlacklisted(token)).toBe(true)
  })

  test('remembers no failure', async () => {
    const { tokens, sequelize } = cached()
    const token = claims()
    const rename = (from: string, to: string) => sequelize.getQueryInterface().renameTable(from, to)
    await rename('blacklisted_tokens', 'away')
    await expect(tokens.isBlacklisted(token)).rejects.toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503 })
    await rename('away', 'blacklisted_tokens')
    expect(await tokens.isBlacklisted(token)).toBe(false)
  })

  test('remembers no more than max', async () => {
    const { tokens, count } = cached({ max: 2 })
    const all = [claims(), claims(), claims()]
    for (const token of all) await tokens.isBlacklisted(token)
    expect(count.queries).toBe(3)
    await tokens.isBlacklisted(all[2] as Claims)
    expect(count.queries).toBe(3)
    await tokens.isBlacklisted(all[0] as Claims)
    expect(count.queries).toBe(4)
  })
})
