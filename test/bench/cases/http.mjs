// The same as Express routes, in a process of their own, under autocannon.
import assert from 'node:assert'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import autocannon from 'autocannon'
import { accessTokens } from '../support/contenders.mjs'
import { withDatabase } from '../support/database.mjs'
import { interleaved, median, ratioOf, SCALE, scaled } from '../support/measure.mjs'
import { reporter } from '../support/report.mjs'
import { fill } from '../support/rows.mjs'

const CONNECTIONS = 64
/** Few, since autocannon prepares each request for each connection. */
const IN_USE = 100
const CHECKING = ['strict', 'cached', 'findOne', 'Redis EXISTS']

const report = reporter('http')

await withDatabase(async ({ sequelize, url }) => {
  await fill(sequelize, scaled(100_000))
  const sessions = Array.from({ length: IN_USE }, (_, index) => index + 1)
  const good = accessTokens(sessions.filter((n) => n % 5 !== 0))
  const revoked = accessTokens(sessions.filter((n) => n % 5 === 0))
  const child = fork(new URL('../support/server.mjs', import.meta.url), [url])
  try {
    const [{ port, routes }] = await once(child, 'message')
    const origin = `http://127.0.0.1:${port}`
    for (const [name, path] of Object.entries(routes)) {
      const status = async (encoded) => (await fetch(origin + path, { headers: { authorization: `Bearer ${encoded}` } })).status
      for (const encoded of good.slice(0, 20)) assert.equal(await status(encoded), 200, `${name} refuses a good token`)
      const expected = CHECKING.includes(name) ? 401 : 200
      for (const encoded of revoked.slice(0, 20)) assert.equal(await status(encoded), expected, `${name}: a revoked token`)
    }
    const requests = good.map((encoded) => ({ headers: { authorization: `Bearer ${encoded}` } }))
    const works = Object.entries(routes).map(([name, path]) => [name, () => load({ url: origin + path, requests })])
    const rates = await interleaved(Object.fromEntries(works))
    for (const name of Object.keys(routes)) report(name, median(rates[name]), 'requests/s')
    for (const name of Object.keys(routes))
      if (name !== 'strict') report(`strict ÷ ${name}`, ratioOf(rates.strict, rates[name]), '×')
    report('cached ÷ passport-jwt, KeyObject', ratioOf(rates.cached, rates['passport-jwt, KeyObject']), '×')
  } finally {
    child.disconnect()
  }
})

/** Requests a second; every one must have been answered 200. */
async function load({ url, requests }) {
  const result = await autocannon({ url, requests, connections: CONNECTIONS, duration: Math.max(1, 2 * SCALE) })
  assert.equal(result.non2xx + result.errors + result.timeouts, 0, 'requests failed')
  return result.requests.total / result.duration
}
