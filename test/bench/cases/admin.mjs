// The admin's pages over HTTP, one at a time, on 10^6 rows.
import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { adminRoutes } from '../../../dist/lib/admin/index.js'
import { TokenBlacklist } from '../../../dist/lib/index.js'
import { withDatabase } from '../support/database.mjs'
import { interleaved, median, scaled } from '../support/measure.mjs'
import { reporter } from '../support/report.mjs'
import { analyze, fill } from '../support/rows.mjs'
import { SECRET } from '../support/secret.mjs'

const PAGES = {
  overview: '/',
  outstanding: '/outstanding',
  active: '/outstanding?filter=active',
  expired: '/outstanding?filter=expired',
  'outstanding and blacklisted': '/outstanding?filter=blacklisted',
  sessions: '/outstanding?filter=sessions',
  'of one user': '/outstanding?by=user&q=17',
  blacklisted: '/blacklisted',
}
/** The oldest rows have expired for two days, the youngest have two weeks to go. */
const [PAST, SPAN] = [2 * 86_400, 16 * 86_400]
const MOMENT = {
  mysql: (seconds) => `UTC_TIMESTAMP(6) + INTERVAL (${seconds}) SECOND`,
  postgres: (seconds) => `now() + (${seconds}) * INTERVAL '1 second'`,
}

const report = reporter('admin')

await withDatabase(async ({ sequelize }) => {
  const rows = scaled(1_000_000)
  await fill(sequelize, rows)
  const moment = MOMENT[sequelize.getDialect()](`id * ${SPAN / rows} - ${PAST}`)
  await sequelize.query(`UPDATE outstanding_tokens SET expires_at = ${moment}`)
  await analyze(sequelize)
  const tokens = new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false })
  const admin = adminRoutes(tokens, { authorize: () => true })
  const server = createServer((req, res) => admin(req, res, (error) => res.destroy(error))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const load = async (path) => {
    const start = performance.now()
    const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`)
    await answer.text()
    assert.equal(answer.status, 200)
    return performance.now() - start
  }
  const times = await interleaved(Object.fromEntries(Object.entries(PAGES).map(([name, path]) => [name, () => load(path)])))
  for (const name of Object.keys(PAGES)) report(name, median(times[name]), 'ms')
  server.close()
  server.closeAllConnections()
  await tokens.close()
})
