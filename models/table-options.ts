import type { InitOptions, Sequelize } from 'sequelize'

/**
 * Every option that an app's global `define` could change: `paranoid` would turn deletes into updates, `underscored` or a
 * `schema` would look for other columns and tables. The binary collation makes MySQL compare jti and user id byte for byte.
 */
export function tableOptions(sequelize: Sequelize): InitOptions {
  return {
    sequelize,
    timestamps: false,
    paranoid: false,
    underscored: false,
    freezeTableName: true,
    version: false,
    omitNull: false,
    hooks: {},
    scopes: {},
    defaultScope: {},
    charset: 'utf8mb4',
    collate: 'utf8mb4_bin',
    engine: 'InnoDB',
  }
}
