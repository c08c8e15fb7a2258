import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'
import { tableOptions, withoutScope } from './table-options'
import { utcDate } from './utc-date'
import { utcReader } from './utc-reader'

/** A token that was issued and recorded: one row each. */
export class OutstandingToken extends Model<InferAttributes<OutstandingToken>, InferCreationAttributes<OutstandingToken>> {
  /** A number; on PostgreSQL a string of digits. */
  declare id: CreationOptional<number | string>
  declare userId: CreationOptional<string | null>
  declare jti: string
  /** The encoded token; empty unless `storeTokens` is on. */
  declare token: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date | null>
  /** The last moment at which anything that the row guards could be accepted. */
  declare expiresAt: Date
}

export function defineOutstandingToken(sequelize: Sequelize, tableName: string): typeof OutstandingToken {
  const fromRow = utcReader(sequelize, ['createdAt', 'expiresAt'])
  const model = class extends OutstandingToken {
    constructor(...[values, options]: ConstructorParameters<typeof OutstandingToken>) {
      super(fromRow(values, options), options)
    }
  }
  model.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      userId: { type: DataTypes.STRING(255), field: 'user_id' },
      jti: { type: DataTypes.STRING(255), allowNull: false, unique: true },
      token: { type: DataTypes.TEXT },
      createdAt: { type: utcDate(sequelize), field: 'created_at' },
      expiresAt: { type: utcDate(sequelize), field: 'expires_at', allowNull: false },
    },
    {
      ...tableOptions(sequelize),
      modelName: 'OutstandingToken',
      tableName,
      indexes: [{ fields: ['user_id'] }, { fields: ['expires_at'] }],
    },
  )
  return withoutScope(model)
}
