// node flusher.mjs <database URL> flush|loop: deletes what has expired, by the flush or by a bare loop of SQL, and tells its parent
// how many rows, in how many milliseconds, and its peak memory.
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'
import { SECRET } from './secret.mjs'

const BATCH = 1000
const LOOP = {
  // The foreign key's cascade deletes what is blacklisted.
  mysql: `DELETE FROM outstanding_tokens WHERE expires_at < UTC_TIMESTAMP() - INTERVAL 1 DAY ORDER BY expires_at LIMIT ${BATCH}`,
  postgres:
    `DELETE FROM outstanding_tokens WHERE id IN (SELECT id FROM outstanding_tokens WHERE expires_at < now() - INTERVAL '1 day' ` +
    `ORDER BY expires_at LIMIT ${BATCH})`,
}

const [url, way] = process.argv.slice(2)
const sequelize = new Sequelize(url, { logging: false })
const tokens = new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false })
await tokens.isBlacklisted({ jti: 'connects' })
const start = performance.now()
const deleted = way === 'flush' ? await tokens.flushExpiredTokens() : await loop()
const milliseconds = performance.now() - start
process.send({ deleted, milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 })
await sequelize.close()
process.disconnect()

async function loop() {
  let total = 0
  while (true) {
    const count = await sequelize.query(LOOP[sequelize.getDialect()], { type: 'BULKDELETE' })
    if (count === 0) return total
    total += count
  }
}
