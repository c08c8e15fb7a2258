import { DataTypes } from 'sequelize'
import { checkPassword, hashPassword } from './password.mjs'

/** The users: Django's `auth_user`, or a table of the same columns that this example makes. */
export function defineUsers(sequelize, { django }) {
  const User = sequelize.define(
    'User',
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      username: { type: DataTypes.STRING(150), allowNull: false, unique: true },
      password: { type: DataTypes.STRING(128), allowNull: false },
      isActive: { type: DataTypes.BOOLEAN, field: 'is_active', allowNull: false, defaultValue: true },
    },
    { tableName: django ? 'auth_user' : 'example_users', timestamps: false },
  )
  // Checked where there is no such user, so that the time of an answer does not tell who has an account.
  const nobody = hashPassword('')

  return {
    async makeSamples() {
      await User.sync()
      const password = await hashPassword('wonderland')
      await User.bulkCreate(
        [
          { username: 'alice', password },
          { username: 'inactive', password, isActive: false },
        ],
        {
          ignoreDuplicates: true,
        },
      )
    },
    async login({ username, password }) {
      const user = await User.findOne({ where: { username } })
      const right = await checkPassword(password, user?.password ?? (await nobody))
      return user && right ? user : null
    },
    find: (id) => (/^\d{1,9}$/.test(id) ? User.findByPk(id) : null),
  }
}
