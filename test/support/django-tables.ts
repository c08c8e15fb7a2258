import type { Sequelize } from 'sequelize'
import type { DialectName } from './databases'

export type UserIds = 'integer' | 'uuid'

interface Types {
  id: string
  user: Record<UserIds, string>
  time: string
  text: string
  end: string
}

const REFERENCE = 'REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED'

const TYPES: Record<DialectName, Types> = {
  mysql: {
    id: 'bigint AUTO_INCREMENT NOT NULL PRIMARY KEY',
    user: { integer: 'integer', uuid: 'char(32)' },
    time: 'datetime(6)',
    text: 'longtext',
    // Django takes what the database has by default.
    end: ' COLLATE utf8mb4_general_ci',
  },
  postgres: {
    id: 'bigserial NOT NULL PRIMARY KEY',
    user: { integer: 'integer', uuid: 'uuid' },
    time: 'timestamp with time zone',
    text: 'text',
    end: '',
  },
  sqlite: {
    id: 'integer NOT NULL PRIMARY KEY AUTOINCREMENT',
    user: { integer: 'integer', uuid: 'char(32)' },
    time: 'datetime',
    text: 'text',
    end: '',
  },
}

/** Makes the tables as `manage.py migrate` does: users, and Simple JWT's two. */
export async function makeDjangoTables(sequelize: Sequelize, userIds: UserIds): Promise<void> {
  const dialect = sequelize.getDialect() as DialectName
  const { id, user, time, text, end } = TYPES[dialect]
  const inline = dialect === 'mysql' ? '' : REFERENCE
  const statements = [
    `CREATE TABLE auth_user (id ${user[userIds]} NOT NULL PRIMARY KEY, username varchar(150) NOT NULL UNIQUE)${end}`,
    'CREATE TABLE token_blacklist_outstandingtoken (' +
      `id ${id}, token ${text} NOT NULL, created_at ${time} NULL, expires_at ${time} NOT NULL, ` +
      `user_id ${user[userIds]} NULL ${inline}, jti varchar(255) NOT NULL UNIQUE)${end}`,
    'CREATE TABLE token_blacklist_blacklistedtoken (' +
      `id ${id}, blacklisted_at ${time} NOT NULL, token_id bigint NOT NULL UNIQUE ` +
      `${inline.replace('auth_user', 'token_blacklist_outstandingtoken')})${end}`,
  ]
  if (dialect === 'mysql') {
    const foreignKey = (table: string, column: string, to: string) =>
      `ALTER TABLE token_blacklist_${table} ADD CONSTRAINT fk_${column} FOREIGN KEY (${column}) REFERENCES ${to} (id)`
    statements.push(foreignKey('outstandingtoken', 'user_id', 'auth_user'))
    statements.push(foreignKey('blacklistedtoken', 'token_id', 'token_blacklist_outstandingtoken'))
  }
  for (const statement of statements) await sequelize.query(statement)
}
