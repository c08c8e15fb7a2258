// Refreshes a token, and is killed as it is about to send its n-th statement: node killed-refresh.mjs URL TOKEN N OPTIONS, as JSON
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'

const [url, token, n, options] = process.argv.slice(2)
const sequelize = new Sequelize(url, { logging: false })
// The connection, its version and its settings first, so that only the rotation's statements count.
await sequelize.query('SELECT 1')
const tokens = new TokenBlacklist({
  sequelize,
  signingKey: process.env.SIGNING_KEY,
  flushSchedule: false,
  ...JSON.parse(options),
})
let statements = 0
sequelize.addHook('beforeQuery', () => {
  if (++statements === Number(n)) process.kill(process.pid, 'SIGKILL')
})
await tokens.refresh(token)
await sequelize.close()
console.log('refreshed')
