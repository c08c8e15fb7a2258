import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { SERVER_DIALECTS } from '../../support/databases'

describe.each(SERVER_DIALECTS)('logging out everywhere on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each([true, false])('cannot be outrun by a refresh in flight, with sessions: %s', async (sessions) => {
    const tokens = db.make({ sessions, checkTimeout: 20 })
    const { refresh } = await tokens.obtainPair({ id: `u${sessions}` })
    const transaction = await db.sequelize.transaction()
    const next = await tokens.refresh(refresh, { transaction })
    const logout = tokens.blacklistUser(`u${sessions}`)
    // Long enough for the log-out to be waiting for the refresh's locks.
    await sleep(300)
    await transaction.commit()
    await logout
    await expect(tokens.verify(next.refresh as string)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    await expect(tokens.refresh(next.refresh as string)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })
})

describe.runIf(SERVER_DIALECTS.includes('mysql'))('the wait for a lock on mysql', () => {
  const db = useDatabase('mysql')

  test('is bounded in our transactions, and as it was in those of the app', async () => {
    const sequelize = db.database.connect({ pool: { max: 1 } })
    const waits = async () => (await sequelize.query('SELECT @@innodb_lock_wait_timeout AS seconds'))[0]
    await sequelize.query('SET innodb_lock_wait_timeout = 33')
    const tokens = db.make({ sequelize, checkTimeout: 2 })
    const claims = { jti: 'a', exp: Math.floor(Date.now() / 1000) + 60 }
    await tokens.outstand(claims)
    expect(await waits()).toEqual([{ seconds: 33 }])

    const blocker = await db.sequelize.transaction()
    await tokens.blacklist(claims, { transaction: blocker })
    await expect(tokens.blacklist(claims)).rejects.toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE' })
    const waiting = async () =>
      (await db.sequelize.query("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"))[0]
    // The server itself gave up, or is about to: nothing waits on for a client that is gone.
    await expect.poll(waiting, { timeout: 5000 }).toEqual([])
    await blocker.rollback()
  })
})
