import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineModels } from '../../models'
import { createDatabase, DIALECTS, type DialectName, type TestDatabase } from '../support/databases'
import { migrate } from '../support/migrate'
import { readSchema, type TableSchema } from '../support/schema'

const TABLES = ['outstanding_tokens', 'blacklisted_tokens'] as const
const tableNames = { outstandingTokens: TABLES[0], blacklistedTokens: TABLES[1] }

const TYPES: Record<DialectName, { id: string; string: string; text: string; time: string }> = {
  mysql: { id: 'bigint', string: 'varchar(255)', text: 'text', time: 'datetime(6)' },
  postgres: { id: 'bigint', string: 'character varying(255)', text: 'text', time: 'timestamp with time zone' },
  sqlite: { id: 'BIGINT', string: 'VARCHAR(255)', text: 'TEXT', time: 'DATETIME' },
}

function expected(dialect: DialectName): Record<(typeof TABLES)[number], TableSchema> {
  const types = TYPES[dialect]
  const column = (name: string, type: keyof typeof types, nullable = false) => ({
    name,
    type: types[type],
    nullable,
    filledIn: false,
    collation: dialect === 'mysql' && (type === 'string' || type === 'text') ? 'utf8mb4_bin' : null,
  })
  const id = { ...column('id', 'id'), type: dialect === 'sqlite' ? 'INTEGER' : types.id, filledIn: true }
  const table: Record<string, string> = {
    mysql: { engine: 'InnoDB', collation: 'utf8mb4_bin' },
    postgres: {},
    sqlite: { id: 'never given twice' },
  }[dialect]
  return {
    outstanding_tokens: {
      columns: [
        id,
        column('user_id', 'string', true),
        column('jti', 'string'),
        column('token', 'text', true),
        column('created_at', 'time', true),
        column('expires_at', 'time'),
      ],
      indexes: ['index(expires_at)', 'index(user_id)', 'unique(id)', 'unique(jti)'],
      foreignKeys: [],
      table,
    },
    blacklisted_tokens: {
      columns: [id, column('token_id', 'id'), column('blacklisted_at', 'time')],
      indexes: ['unique(id)', 'unique(token_id)'],
      foreignKeys: ['token_id → outstanding_tokens.id on delete CASCADE on update CASCADE'],
      table,
    },
  }
}

describe.each(DIALECTS)('the tables on %s', (dialect) => {
  let migrated: TestDatabase
  let modelled: TestDatabase

  beforeAll(async () => {
    migrated = await createDatabase(dialect)
    modelled = await createDatabase(dialect)
    await migrate(migrated.connect())
    const sequelize = modelled.connect()
    defineModels(sequelize, { tableNames })
    await sequelize.sync()
  })
  afterAll(async () => {
    await migrated.drop()
    await modelled.drop()
  })

  test.each(TABLES)('%s is migrated as it was designed', async (table) => {
    expect(await readSchema(migrated.connect(), table)).toEqual(expected(dialect)[table])
  })

  test.each(TABLES)('%s is made by its model as by its migration', async (table) => {
    expect(await readSchema(modelled.connect(), table)).toEqual(await readSchema(migrated.connect(), table))
  })

  test.each(['migrated', 'modelled'])('the %s ones hold jtis and user ids that differ in case alone for two', async (made) => {
    const sequelize = (made === 'migrated' ? migrated : modelled).connect()
    const { OutstandingToken } = defineModels(sequelize, { tableNames })
    const expiresAt = new Date()
    await OutstandingToken.create({ jti: 'J1', userId: 'Alice', expiresAt })
    await OutstandingToken.create({ jti: 'j1', userId: 'alice', expiresAt })
    for (const where of [{ jti: 'J1' }, { userId: 'Alice' }]) {
      expect((await OutstandingToken.findAll({ where })).map(({ jti }) => jti)).toEqual(['J1'])
    }
  })

  test('a blacklisted row goes with its outstanding one', async () => {
    const { OutstandingToken, BlacklistedToken } = defineModels(migrated.connect(), { tableNames })
    const { id } = await OutstandingToken.create({ jti: 'cascade', expiresAt: new Date() })
    await BlacklistedToken.create({ tokenId: id })
    await OutstandingToken.destroy({ where: { id } })
    expect(await BlacklistedToken.count({ where: { tokenId: id } })).toBe(0)
  })
})
