import type { Model, ModelStatic, Sequelize } from 'sequelize'
import { BlacklistedToken, defineBlacklistedToken } from './blacklisted-token'
import { defineOutstandingToken, OutstandingToken } from './outstanding-token'
import { fromInstanceZone } from './utc-date'

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
  readTimesAsUtc(sequelize, outstanding, ['createdAt', 'expiresAt'])
  readTimesAsUtc(sequelize, blacklisted, ['blacklistedAt'])
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

/** A raw row or an instance, either of which a find may answer with; an association may hang on it. */
type Found = Record<string, unknown> & { dataValues?: Record<string, unknown> }

function readTimesAsUtc(sequelize: Sequelize, model: ModelStatic<Model>, attributes: string[]): void {
  const correct = fromInstanceZone(sequelize)
  const correctRow = (row: Found | undefined): void => {
    const values = row?.dataValues ?? row
    if (!values) return
    for (const attribute of attributes) {
      if (values[attribute] instanceof Date) values[attribute] = correct(values[attribute])
    }
    for (const associated of [values.blacklisted, values.outstanding] as (Found | undefined)[]) {
      const nested = associated?.dataValues
      for (const attribute of ['createdAt', 'expiresAt', 'blacklistedAt']) {
        if (nested?.[attribute] instanceof Date) nested[attribute] = correct(nested[attribute])
      }
    }
  }
  model.addHook('afterFind', 'utc', (found: unknown) => {
    for (const row of Array.isArray(found) ? found : [found]) correctRow(row as Found | undefined)
  })
}
