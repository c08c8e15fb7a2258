import type { Model, ModelStatic, Sequelize } from 'sequelize'
import { BlacklistedToken, defineBlacklistedToken } from './blacklisted-token'
import { defineOutstandingToken, OutstandingToken } from './outstanding-token'

export { utcText } from './utc-date'
export { BlacklistedToken, OutstandingToken }

export interface ModelOptions {
  tableNames: { outstandingTokens: string; blacklistedTokens: string }
}

/** The two models, bound to one Sequelize instance. */
export interface Models {
  OutstandingToken: typeof OutstandingToken
  BlacklistedToken: typeof BlacklistedToken
}

/**
 * Defines `OutstandingToken` and `BlacklistedToken` on the instance, associated as `outstanding.blacklisted` and
 * `blacklisted.outstanding`. Asked again for the same tables, it answers with the same models.
 * @throws TypeError where the app has a model of one of these names
 */
export function defineModels(sequelize: Sequelize, { tableNames }: ModelOptions): Models {
  const existing = existingModels(sequelize, tableNames)
  if (existing) return existing
  const outstanding = defineOutstandingToken(sequelize, tableNames.outstandingTokens)
  const blacklisted = defineBlacklistedToken(sequelize, tableNames.blacklistedTokens, tableNames.outstandingTokens)
  const foreignKey = { name: 'tokenId', field: 'token_id' }
  outstanding.hasOne(blacklisted, { as: 'blacklisted', foreignKey, onDelete: 'CASCADE' })
  blacklisted.belongsTo(outstanding, { as: 'outstanding', foreignKey, onDelete: 'CASCADE' })
  return { OutstandingToken: outstanding, BlacklistedToken: blacklisted }
}

function existingModels(sequelize: Sequelize, tableNames: ModelOptions['tableNames']): Models | undefined {
  const { OutstandingToken: outstanding, BlacklistedToken: blacklisted } = sequelize.models
  if (!outstanding && !blacklisted) return undefined
  const ours = isModel(outstanding, OutstandingToken) && isModel(blacklisted, BlacklistedToken)
  if (ours && outstanding.tableName === tableNames.outstandingTokens && blacklisted.tableName === tableNames.blacklistedTokens) {
    return { OutstandingToken: outstanding, BlacklistedToken: blacklisted }
  }
  throw new TypeError(
    'sequelize already has a model named OutstandingToken or BlacklistedToken, for other tables; give this TokenBlacklist a Sequelize instance of its own',
  )
}

function isModel<M extends ModelStatic<Model>>(candidate: unknown, base: M): candidate is M {
  return typeof candidate === 'function' && candidate.prototype instanceof base
}
