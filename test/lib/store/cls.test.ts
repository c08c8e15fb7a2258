import { createNamespace } from 'cls-hooked'
import { Sequelize, Transaction } from 'sequelize'
import { beforeAll, describe, expect, test } from 'vitest'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { runChild } from '../../support/run-child'

// For every instance of this process, which the file has for itself.
Sequelize.useCLS(createNamespace('app'))

describe.each(DIALECTS)('in an app with CLS transactions on %s', (dialect) => {
  const db = useDatabase(dialect)
  // On SQLite nobody could write while the app reads, otherwise.
  beforeAll(async () => {
    if (dialect === 'sqlite') await db.sequelize.query('PRAGMA journal_mode = WAL')
  })
  const inTransaction = (work: () => Promise<void>) =>
    db.sequelize.transaction({ isolationLevel: Transaction.ISOLATION_LEVELS.REPEATABLE_READ }, work)

  test('a revocation that was committed elsewhere is seen', async () => {
    const tokens = db.make()
    const token = await tokens.RefreshToken.forUser({ id: 'alice' })
    await inTransaction(async () => {
      const seenByTheApp = () => tokens.models.BlacklistedToken.count()
      const before = await seenByTheApp()
      expect(await tokens.isBlacklisted(token.claims)).toBe(false)
      const ended = await runChild('blacklist.mjs', [db.database.url, SECRET, String(token)])
      expect(ended).toMatchObject({ code: 0, stdout: 'done\n' })
      // The app's own transaction still sees what it saw first, so it is one.
      expect(await seenByTheApp()).toBe(before)
      expect(await tokens.isBlacklisted(token.claims)).toBe(true)
      await expect(tokens.RefreshToken.verify(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
      await expect(tokens.verify(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    })
  })

  test('what is written without { transaction } survives the rollback', async () => {
    const tokens = db.make()
    const [byToken, byClaims] = [
      await tokens.RefreshToken.forUser({ id: 'bob' }),
      await tokens.AccessToken.forUser({ id: 'bob' }),
    ]
    let issued: string | undefined
    const work = inTransaction(async () => {
      // On SQLite the app's transaction must not have written: the file has one writer.
      await db.sequelize.query(dialect === 'sqlite' ? 'SELECT * FROM outstanding_tokens' : 'CREATE TEMPORARY TABLE t (id INT)')
      await byToken.blacklist()
      await tokens.blacklist(byClaims.claims)
      issued = (await tokens.obtainPair({ id: 'bob' })).refresh
      throw new Error('rolled back')
    })
    await expect(work).rejects.toThrow('rolled back')
    expect(await tokens.isBlacklisted(byToken.claims)).toBe(true)
    expect(await tokens.isBlacklisted(byClaims.claims)).toBe(true)
    // The token that was issued, and its session.
    expect(await tokens.blacklistUser('bob')).toBe(2)
    await expect(tokens.verify(String(issued))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })

  test('what is written with { transaction } does not', async () => {
    const tokens = db.make()
    const token = await tokens.AccessToken.forUser({ id: 'carol' })
    const work = db.sequelize.transaction(async (transaction) => {
      await token.blacklist({ transaction })
      throw new Error('rolled back')
    })
    await expect(work).rejects.toThrow('rolled back')
    expect(await tokens.isBlacklisted(token.claims)).toBe(false)
  })

  test('a flush commits what it deletes', async () => {
    const tokens = db.make()
    await tokens.blacklist({ jti: 'old', exp: 1_000_000_000 })
    const work = inTransaction(async () => {
      expect(await tokens.flushExpiredTokens()).toBe(1)
      throw new Error('rolled back')
    })
    await expect(work).rejects.toThrow('rolled back')
    expect(await tokens.models.OutstandingToken.count({ where: { jti: 'old' } })).toBe(0)
  })
})
