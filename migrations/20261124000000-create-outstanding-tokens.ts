import { DataTypes, type QueryInterface } from 'sequelize'

interface Tables {
  outstandingTokens?: string
}

/** The migration for an app's own table name. */
export function forTables({ outstandingTokens: table = 'outstanding_tokens' }: Tables = {}) {
  return {
    async up(queryInterface: QueryInterface): Promise<void> {
      const { BIGINT, DATE, STRING, TEXT } = DataTypes
      await queryInterface.createTable(
        table,
        {
          id: { type: BIGINT, primaryKey: true, autoIncrement: true, allowNull: false },
          user_id: { type: STRING(255) },
          jti: { type: STRING(255), allowNull: false, unique: true },
          token: { type: TEXT },
          created_at: { type: DATE(6) },
          expires_at: { type: DATE(6), allowNull: false },
        },
        // MySQL's default collations hold J1 and j1 for the same token.
        { charset: 'utf8mb4', collate: 'utf8mb4_bin', engine: 'InnoDB' },
      )
      await queryInterface.addIndex(table, ['user_id'])
      await queryInterface.addIndex(table, ['expires_at'])
    },
    async down(queryInterface: QueryInterface): Promise<void> {
      await queryInterface.dropTable(table)
    },
  }
}

export const { up, down } = forTables()
