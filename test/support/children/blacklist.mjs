// node blacklist.mjs <database URL> <secret> <encoded token>: blacklists a token, as another process of the app would.
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'

const [url, signingKey, encoded] = process.argv.slice(2)
const sequelize = new Sequelize(url, { logging: false })
await new TokenBlacklist({ sequelize, signingKey, flushSchedule: false }).blacklist(encoded)
await sequelize.close()
console.log('done')
