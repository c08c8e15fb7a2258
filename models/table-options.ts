import type { InitOptions, Model, ModelStatic, Sequelize } from 'sequelize'

/**
 * Every option that an app's global `define` could change: `paranoid` would turn deletes into updates, `underscored` or a
 * `schema` would look for other columns and tables than the migrations made. The binary collation makes MySQL compare jti and
 * user id byte for byte.
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
    schema: '',
    charset: 'utf8mb4',
    collate: 'utf8mb4_bin',
    engine: 'InnoDB',
  }
}

/** Sequelize merges a default scope of the global `define` into the model's own, which cannot refuse it. */
export function withoutScope<M extends ModelStatic<Model>>(model: M): M {
  model.addScope('defaultScope', {}, { override: true })
  return model
}
