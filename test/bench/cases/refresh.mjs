// Logins and rotations: statements, how many a second, and many clients that repeat one refresh.
import assert from 'node:assert'
import { TokenBlacklist } from '../../../dist/lib/index.js'
import { withDatabase } from '../support/database.mjs'
import { interleaved, median, rateOf } from '../support/measure.mjs'
import { reporter } from '../support/report.mjs'
import { SECRET } from '../support/secret.mjs'

const CLIENTS = 100
const report = reporter('refresh')
const options = { signingKey: SECRET, flushSchedule: false, checkTimeout: '30s' }

await withDatabase(async ({ connect }) => {
  const statements = []
  const counted = new TokenBlacklist({ ...options, sequelize: connect({ logging: (sql) => statements.push(sql) }) })
  const countOf = async (work) => {
    statements.length = 0
    return [await work(), statements.length]
  }
  await counted.isBlacklisted({ jti: 'connects' })
  const [pair, ofLogin] = await countOf(() => counted.obtainPair({ id: 'counted' }))
  const [next, ofRotation] = await countOf(() => counted.refresh(pair.refresh))
  const [again, ofRepeat] = await countOf(() => counted.refresh(pair.refresh))
  assert.equal(again.refresh, next.refresh, 'a repeated refresh gives another successor')
  report('statements of a login', ofLogin, 'statements')
  report('statements of a rotation', ofRotation, 'statements')
  report('statements of a repeated refresh', ofRepeat, 'statements')

  const tokens = new TokenBlacklist({ ...options, sequelize: connect() })
  const heads = await Promise.all(Array.from({ length: CLIENTS }, (_, id) => tokens.obtainPair({ id })))
  // Each caller has a chain of its own, of which no other may rotate the head.
  const rotations = (callers) => {
    const free = Array.from({ length: callers }, (_, client) => client)
    return rateOf(async () => {
      const client = free.pop()
      heads[client] = await tokens.refresh(heads[client].refresh)
      free.push(client)
    }, callers)
  }
  const rates = await interleaved({
    logins: () => rateOf((call) => tokens.obtainPair({ id: call }), 16),
    one: () => rotations(1),
    sixteen: () => rotations(16),
    retries: async () => {
      const { refresh } = await tokens.obtainPair({ id: 'retries' })
      const start = performance.now()
      const answers = await Promise.all(Array.from({ length: CLIENTS }, () => tokens.refresh(refresh)))
      assert.equal(new Set(answers.map((answer) => answer.refresh)).size, 1, 'a chain was forked')
      return performance.now() - start
    },
  })
  report('logins at 16', median(rates.logins), 'logins/s')
  report('rotations at 1', median(rates.one), 'rotations/s')
  report('rotations at 16', median(rates.sixteen), 'rotations/s')
  report(`${CLIENTS} clients that refresh one token at once`, median(rates.retries), 'ms')
})
