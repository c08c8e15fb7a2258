// The check by the number of rows: 10^4, 10^5, 10^6; `growth:7` goes on to 10^7.
import { accessTokens, strictStrategy } from '../support/contenders.mjs'
import { withDatabase } from '../support/database.mjs'
import { assertCorrect, interleaved, isAccepted, latenciesOf, median, rateOf, ratioOf, scaled } from '../support/measure.mjs'
import { reporter } from '../support/report.mjs'
import { fill } from '../support/rows.mjs'

const IN_USE = 2000
const report = reporter('growth')
const most = Number(process.argv[2] ?? 6)

/** All sizes at once, each in a database of its own, so that their rounds can be interleaved. */
async function withTables(exponents, work, tables = {}) {
  const [exponent, ...others] = exponents
  if (exponent === undefined) return work(tables)
  await withDatabase(async (database) => {
    const rows = scaled(10 ** exponent)
    await fill(database.sequelize, rows)
    // Spread over the whole table, so that what the database has to read grows with it.
    const sessions = Array.from({ length: IN_USE }, (_, index) => 1 + Math.floor((index * rows) / IN_USE))
    const good = accessTokens(sessions.filter((n) => n % 5 !== 0))
    const revoked = accessTokens(sessions.filter((n) => n % 5 === 0))
    const strategy = strictStrategy(database)
    await assertCorrect(`10^${exponent}`, strategy, { good, revoked })
    await withTables(others, work, { ...tables, [exponent]: (call) => isAccepted(strategy, good[call % good.length]) })
  })
}

const exponents = [4, 5, 6, 7].filter((exponent) => exponent <= most)
await withTables(exponents, async (checks) => {
  const works = Object.entries(checks).flatMap(([exponent, check]) => [
    [`latency ${exponent}`, async () => median(await latenciesOf(check))],
    [`rate ${exponent}`, () => rateOf(check, 64)],
  ])
  const results = await interleaved(Object.fromEntries(works))
  for (const exponent of exponents) {
    report(`latency at 10^${exponent} rows`, median(results[`latency ${exponent}`]), 'ms')
    report(`rate at 64, 10^${exponent} rows`, median(results[`rate ${exponent}`]), 'checks/s')
  }
  for (const exponent of exponents.slice(1)) {
    report(`latency at 10^${exponent} rows ÷ at 10^4`, ratioOf(results[`latency ${exponent}`], results['latency 4']), '×')
  }
})
