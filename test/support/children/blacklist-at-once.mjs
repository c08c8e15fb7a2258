// node blacklist-at-once.mjs <database URL> <secret> <encoded token> <jti> <exp>: blacklists both, 25 times each, at once.
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'

const [url, signingKey, encoded, jti, exp] = process.argv.slice(2)
const sequelize = new Sequelize(url, { logging: false })
const tokens = new TokenBlacklist({ sequelize, signingKey, flushSchedule: false, checkTimeout: '30s' })
const calls = Array.from({ length: 25 }, () => [tokens.blacklist(encoded), tokens.blacklist({ jti, exp: Number(exp) })])
await Promise.all(calls.flat())
await sequelize.close()
console.log('done')
