import type { Sequelize } from 'sequelize'
import { afterAll, beforeAll } from 'vitest'
import type { TokenBlacklistOptions } from '../../lib'
import { TokenBlacklist } from '../../lib'
import { createDatabase, type DialectName, type TestDatabase } from './databases'
import { migrate } from './migrate'

export const SECRET = 'a secret of more than thirty-two bytes, for tests alone'

export interface Fixture {
  database: TestDatabase
  sequelize: Sequelize
  /** On the fixture's `sequelize` where none is given; closed with it. */
  make(options?: Partial<TokenBlacklistOptions>): TokenBlacklist
}

/** A migrated database for the tests of a `describe`. */
export function useDatabase(dialect: DialectName): Fixture {
  const made: TokenBlacklist[] = []
  const fixture = {} as Fixture
  beforeAll(async () => {
    fixture.database = await createDatabase(dialect)
    fixture.sequelize = fixture.database.connect()
    await migrate(fixture.sequelize)
  })
  fixture.make = (options = {}) => {
    const tokens = new TokenBlacklist({ sequelize: fixture.sequelize, signingKey: SECRET, flushSchedule: false, ...options })
    made.push(tokens)
    return tokens
  }
  afterAll(async () => {
    for (const tokens of made) await tokens.close()
    await fixture.database.drop()
  })
  return fixture
}
