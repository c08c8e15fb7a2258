import fc from 'fast-check'
import { Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { SECRET } from '../../support/blacklist'
import { createDatabase, DIALECTS, type TestDatabase } from '../../support/databases'
import { migrate } from '../../support/migrate'
import { seeded } from '../../support/random'
import { SessionModel, setup, steps } from '../../support/session-model'

/** In memory SQLite is fast enough for many. */
const RUNS = { sqlite: 2000, mysql: 60, postgres: 60 }

describe.each(DIALECTS)('whatever happens to logins on %s', (dialect) => {
  let database: TestDatabase | undefined
  let sequelize: Sequelize
  beforeAll(async () => {
    if (dialect !== 'sqlite') database = await createDatabase(dialect)
    sequelize = database?.connect() ?? new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
    await migrate(sequelize)
  })
  afterAll(async () => {
    await (database?.drop() ?? sequelize.close())
  })

  test('no revoked token is accepted, no other refused, and no chain forks', { timeout: 300_000 }, async () => {
    let done = 0
    const property = fc.asyncProperty(setup, steps, async (settings, all) => {
      for (const table of ['blacklisted_tokens', 'outstanding_tokens']) await sequelize.query(`DELETE FROM ${table}`)
      await new SessionModel({ sequelize, signingKey: SECRET }, settings).run(all)
      done++
    })
    await fc.assert(property, { ...seeded(), numRuns: RUNS[dialect], verbose: fc.VerbosityLevel.None })
    console.log(`${done} runs on ${dialect}`)
  })
})
