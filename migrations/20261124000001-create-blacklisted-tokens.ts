import { DataTypes, type QueryInterface } from 'sequelize'

interface Tables {
  outstandingTokens?: string
  blacklistedTokens?: string
}

/** The migration for an app's own table names. */
export function forTables({
  outstandingTokens = 'outstanding_tokens',
  blacklistedTokens: table = 'blacklisted_tokens',
}: Tables = {}) {
  return {
    async up(queryInterface: QueryInterface): Promise<void> {
      const { BIGINT, DATE } = DataTypes
      await queryInterface.createTable(
        table,
        {
          id: { type: BIGINT, primaryKey: true, autoIncrement: true, allowNull: false },
          token_id: {
            type: BIGINT,
            allowNull: false,
            unique: true,
            references: { model: outstandingTokens, key: 'id' },
            onDelete: 'CASCADE',
            onUpdate: 'CASCADE',
          },
          blacklisted_at: { type: DATE(6), allowNull: false },
        },
        { charset: 'utf8mb4', collate: 'utf8mb4_bin', engine: 'InnoDB' },
      )
    },
    async down(queryInterface: QueryInterface): Promise<void> {
      await queryInterface.dropTable(table)
    },
  }
}

export const { up, down } = forTables()
