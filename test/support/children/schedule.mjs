// node schedule.mjs <database URL> <secret>: makes a TokenBlacklist, asks it one thing, and does nothing else.
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'

const [url, signingKey, flushSchedule] = process.argv.slice(2)
const sequelize = new Sequelize(url, { logging: false })
const tokens = new TokenBlacklist({ sequelize, signingKey, ...(flushSchedule && { flushSchedule }) })
console.log(await tokens.isBlacklisted({ jti: 'x' }))
