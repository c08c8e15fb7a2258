import { setTimeout as sleep } from 'node:timers/promises'
import { Transaction } from 'sequelize'
import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { insertBulk } from '../../support/bulk-rows'
import { SERVER_DIALECTS } from '../../support/databases'
import { DAY } from '../../support/seconds'
import { REFUSED, rotated } from '../../support/sessions'
import { holdAnswers } from '../../support/statements'

describe.each(SERVER_DIALECTS)('logging out everywhere on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each([
    [true, 0],
    [false, 0],
    // So many that they are blacklisted in batches.
    [true, 10_001],
    [false, 10_001],
  ])('cannot be outrun by a refresh in flight, with sessions: %s, and after %i other tokens', async (sessions, others) => {
    const tokens = db.make({ sessions, checkTimeout: 20 })
    const id = `${sessions} ${others}`
    const rows = Array.from({ length: others }, (_, n) => ({ jti: `${id} ${n}`, userId: id, expiresIn: DAY, blacklisted: true }))
    await insertBulk(tokens, rows)
    const { refresh } = await tokens.obtainPair({ id })
    const transaction = await db.sequelize.transaction()
    const next = await tokens.refresh(refresh, { transaction })
    const logout = tokens.blacklistUser(id)
    // Long enough for the log-out to be waiting for the refresh's locks.
    await sleep(300)
    await transaction.commit()
    await logout
    await expect(tokens.verify(next.refresh as string)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    await expect(tokens.refresh(next.refresh as string)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })

  test.each([true, false])('cannot be outrun by clients who refresh all the time, with sessions: %s', async (sessions) => {
    const tokens = db.make({ sessions, checkTimeout: 20 })
    const id = `busy ${sessions}`
    await insertBulk(
      tokens,
      Array.from({ length: 10_001 }, (_, n) => ({ jti: `${id} ${n}`, userId: id, expiresIn: DAY, blacklisted: true })),
    )
    /** @returns its last token, once it is refused the next one */
    const client = async () => {
      let { refresh } = await tokens.obtainPair({ id })
      while (true) {
        try {
          refresh = (await rotated(tokens, refresh)).refresh
        } catch (error) {
          expect(error).toMatchObject(REFUSED)
          return refresh
        }
      }
    }
    const clients = Array.from({ length: 4 }, client)
    await sleep(100)
    await tokens.blacklistUser(id)
    for (const last of await Promise.all(clients)) await expect(tokens.verify(last)).rejects.toMatchObject(REFUSED)
  })

  /** Eight users, of whom all but the fifth refresh their tokens and log out. */
  async function users(tokens: TokenBlacklist, name: string) {
    const ids = Array.from({ length: 8 }, (_, index) => `${name}-${index}`)
    const pairs = await Promise.all(ids.map((id) => tokens.obtainPair({ id })))
    const others = pairs.filter((_, index) => index !== 4)
    return {
      fifth: `${name}-4`,
      async goOn() {
        const refreshed = await Promise.all(others.map(({ refresh }) => rotated(tokens, refresh)))
        for (const { refresh } of refreshed.slice(0, 3)) await tokens.blacklist(refresh)
      },
    }
  }

  test('holds up no other user', async () => {
    const sequelize = db.database.connect()
    const answers = holdAnswers(sequelize, /^INSERT INTO .* SELECT /)
    const tokens = db.make({ checkTimeout: 2 })
    const { fifth, goOn } = await users(tokens, 'ours')
    const held = answers.hold()
    const logout = db.make({ sequelize, checkTimeout: 20 }).blacklistUser(fifth)
    await held
    await goOn()
    answers.letGo()
    expect(await logout).toBe(2)
  })

  test('holds up no other user in an app’s transaction at READ COMMITTED', async () => {
    const tokens = db.make({ checkTimeout: 2 })
    const { fifth, goOn } = await users(tokens, 'theirs')
    const isolationLevel = Transaction.ISOLATION_LEVELS.READ_COMMITTED
    await db.sequelize.transaction({ isolationLevel }, async (transaction) => {
      expect(await tokens.blacklistUser(fifth, { transaction })).toBe(2)
      await goOn()
    })
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
    // In this database: other tests wait for locks of their own.
    const lockWaits =
      'SELECT 1 FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id ' +
      "WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()"
    const waiting = async () => (await db.sequelize.query(lockWaits))[0]
    // The server itself gave up, or is about to: nothing waits on for a client that is gone.
    await expect.poll(waiting, { timeout: 5000 }).toEqual([])
    await blocker.rollback()
  })
})
