// A backlog of expired rows: the flush beside a bare loop of SQL, its peak memory, and checks that go on meanwhile.
import assert from 'node:assert'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { TokenBlacklist } from '../../../dist/lib/index.js'
import { strictStrategy } from '../support/contenders.mjs'
import { withDatabase } from '../support/database.mjs'
import { isAccepted, quantile, SCALE, scaled } from '../support/measure.mjs'
import { reporter } from '../support/report.mjs'
import { fill } from '../support/rows.mjs'
import { SECRET } from '../support/secret.mjs'

const BACKLOG = scaled(1_000_000)
/** Requests that come in at their own pace, whatever becomes of those before. */
const CHECKERS = 8
const PAUSE = 4
const report = reporter('flush')

const flush = await withDatabase(({ sequelize, url }) => deleted(sequelize, url, 'flush'))
const loop = await withDatabase(({ sequelize, url }) => deleted(sequelize, url, 'loop'))
report('flush', flush.rate, 'rows/s')
report('bare SQL loop', loop.rate, 'rows/s')
report('flush ÷ bare SQL loop', flush.rate / loop.rate, '×')
report('peak memory of the flush', flush.megabytes, 'MB')

await withDatabase(async ({ sequelize, connect, url }) => {
  const tokens = new TokenBlacklist({ sequelize: connect(), signingKey: SECRET, flushSchedule: false })
  await fill(sequelize, BACKLOG, { expiresIn: -10 })
  const pairs = await Promise.all(Array.from({ length: 100 }, (_, id) => tokens.obtainPair({ id })))
  const strategy = strictStrategy({ connect })
  const check = async (call) => assert(await isAccepted(strategy, pairs[call % pairs.length].access), 'a good token was refused')
  await latenciesWhile(sleep(1000 * SCALE), check)
  const atRest = await latenciesWhile(sleep(15_000 * SCALE), check)
  const during = await latenciesWhile(flusher(url, 'flush'), check)
  report('check p99 at rest', quantile(atRest, 0.99), 'ms')
  report('check p99 during a flush', quantile(during, 0.99), 'ms')
  report('check p99 during a flush ÷ at rest', quantile(during, 0.99) / quantile(atRest, 0.99), '×')
})

async function deleted(sequelize, url, way) {
  await fill(sequelize, BACKLOG, { expiresIn: -10 })
  const result = await flusher(url, way)
  assert.equal(result.deleted, BACKLOG, `${way} deleted another number of rows`)
  for (const table of ['outstanding_tokens', 'blacklisted_tokens']) {
    const [[{ left }]] = await sequelize.query(
      `SELECT COUNT(*) AS ${sequelize.getDialect() === 'mysql' ? '`left`' : '"left"'} FROM ${table}`,
    )
    assert.equal(Number(left), 0, `${way} left rows in ${table}`)
  }
  return { rate: (result.deleted / result.milliseconds) * 1000, megabytes: result.megabytes }
}

async function flusher(url, way) {
  const child = fork(new URL('../support/flusher.mjs', import.meta.url), [url, way])
  const [[result]] = await Promise.all([once(child, 'message'), once(child, 'exit')])
  return result
}

/** Milliseconds of each check, until the promise is settled. */
async function latenciesWhile(promise, check) {
  let going = true
  const latencies = []
  const checker = async (first) => {
    for (let call = first; going; call += CHECKERS) {
      const start = performance.now()
      await check(call)
      latencies.push(performance.now() - start)
      await sleep(PAUSE)
    }
  }
  const checkers = Promise.all(Array.from({ length: CHECKERS }, (_, first) => checker(first)))
  await promise.finally(() => {
    going = false
  })
  await checkers
  return latencies
}
