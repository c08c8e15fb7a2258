import { Sequelize } from 'sequelize'

// Sequelize reads the URL, as it does in an app. What sequelize-cli does by itself knows no relative SQLite file, and takes no
// notice of the options in a query.
const { config, options } = new Sequelize(process.env.DATABASE_URL || 'sqlite:./database.sqlite')

export default {
  ...config,
  dialect: options.dialect,
  storage: options.storage,
  dialectOptions: options.dialectOptions,
}
