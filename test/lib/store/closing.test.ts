import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'

describe.each(DIALECTS)('closing Sequelize on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each([0, 1, 2, 3, 4, 5, 7, 10])('lets writes under way succeed or fail as unavailable, after %i ms', async (delay) => {
    const sequelize = db.database.connect()
    const tokens = db.make({ sequelize, checkTimeout: '2s' })
    const writes = Promise.allSettled(Array.from({ length: 5 }, () => tokens.RefreshToken.forUser({ id: 1 })))
    await sleep(delay)
    await sequelize.close().catch(() => {})
    for (const outcome of await writes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE' })
    }
  })

  test('leaves nothing behind that fails later, where a write had waited too long for a lock', async () => {
    const sequelize = db.database.connect()
    const holder = db.database.connect()
    const tokens = db.make({ sequelize, checkTimeout: '100ms' })
    const claims = { jti: 'locked', exp: Math.ceil(Date.now() / 1000) + 600 }
    await tokens.outstand(claims)
    await holder.transaction(async (transaction) => {
      const change = { expiresAt: new Date(Date.now() + 700_000) }
      await db.make().models.OutstandingToken.update(change, { where: { jti: 'locked' }, transaction })
      await expect(tokens.blacklist(claims)).rejects.toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE' })
    })
    await sequelize.close().catch(() => {})
    await sleep(1500)
  })
})
