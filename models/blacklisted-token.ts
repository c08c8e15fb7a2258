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

/** Marks an outstanding token that must never be accepted again. */
export class BlacklistedToken extends Model<InferAttributes<BlacklistedToken>, InferCreationAttributes<BlacklistedToken>> {
  declare id: CreationOptional<number | string>
  declare tokenId: number | string
  declare blacklistedAt: CreationOptional<Date>
}

export function defineBlacklistedToken(
  sequelize: Sequelize,
  tableName: string,
  outstandingTokens: string,
): typeof BlacklistedToken {
  const fromRow = utcReader(sequelize, ['blacklistedAt'])
  const model = class extends BlacklistedToken {
    constructor(...[values, options]: ConstructorParameters<typeof BlacklistedToken>) {
      super(fromRow(values, options), options)
    }
  }
  model.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      tokenId: {
        type: DataTypes.BIGINT,
        field: 'token_id',
        allowNull: false,
        unique: true,
        references: { model: outstandingTokens, key: 'id' },
        onDelete: 'CASCADE',
        onUpdate: 'CASCADE',
      },
      blacklistedAt: { type: utcDate(sequelize), field: 'blacklisted_at', allowNull: false, defaultValue: DataTypes.NOW },
    },
    { ...tableOptions(sequelize), modelName: 'BlacklistedToken', tableName },
  )
  return withoutScope(model)
}
