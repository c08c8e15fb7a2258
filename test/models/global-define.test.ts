import { afterEach, describe, expect, test } from 'vitest'
import { TokenBlacklist } from '../../lib'
import { defineModels } from '../../models'
import { SECRET } from '../support/blacklist'
import { createDatabase, DIALECTS, type TestDatabase } from '../support/databases'
import { migrate } from '../support/migrate'

const tableNames = { outstandingTokens: 'outstanding_tokens', blacklistedTokens: 'blacklisted_tokens' }

/** What an app may say about all of its models. */
const DEFINES = {
  'soft deletes and time stamps': { paranoid: true, timestamps: true, underscored: true },
  'time stamps of its own names': { timestamps: true, createdAt: 'made_at', updatedAt: 'changed_at', version: true },
  'a schema': { schema: 'tenant' },
  'a default scope': { defaultScope: { where: { tenant: 1 } }, omitNull: true },
  'other names and collations': { freezeTableName: false, charset: 'latin1', collate: 'latin1_swedish_ci' },
}

describe.each(DIALECTS)("the app's `define` on %s", (dialect) => {
  let database: TestDatabase
  afterEach(() => database.drop())

  test.each(Object.entries(DEFINES))('with %s leaves our models as they are', async (_name, define) => {
    database = await createDatabase(dialect)
    await migrate(database.connect())
    const sequelize = database.connect({ define })
    const { OutstandingToken, BlacklistedToken } = defineModels(sequelize, { tableNames })
    const tokens = new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false })
    await tokens.blacklist({ jti: 'a', exp: 4_000_000_000, sub: 'alice' })
    const b = await OutstandingToken.create({ jti: 'b', userId: 'bob', expiresAt: new Date() })
    await b.update({ userId: null })

    const found = await OutstandingToken.findAll({ order: ['jti'], include: 'blacklisted' })
    expect(found.map((token) => token.toJSON())).toMatchObject([
      { jti: 'a', userId: 'alice', blacklisted: { tokenId: found[0]?.id } },
      { jti: 'b', userId: null, blacklisted: null },
    ])
    expect(await tokens.isBlacklisted({ jti: 'a' })).toBe(true)

    await BlacklistedToken.destroy({ where: { tokenId: found[0]?.id } })
    expect(await tokens.isBlacklisted({ jti: 'a' })).toBe(false)
    await found[0]?.destroy()
    expect(await defineModels(database.connect(), { tableNames }).OutstandingToken.count()).toBe(1)
  })
})
