// The check through the strategy's `authenticate`, beside passport-jwt alone and what people write.
import { accessTokens, withCheck, withoutCheck } from '../support/contenders.mjs'
import { withDatabase } from '../support/database.mjs'
import { assertCorrect, interleaved, isAccepted, median, rateOf, ratioOf, scaled } from '../support/measure.mjs'
import { reporter } from '../support/report.mjs'
import { fill } from '../support/rows.mjs'

/** How many tokens are in use at a time: every request shows another of them. */
const IN_USE = 2000

const report = reporter('check')

await withDatabase(async (database) => {
  await fill(database.sequelize, scaled(100_000))
  const sessions = Array.from({ length: IN_USE }, (_, index) => index + 1)
  const good = accessTokens(sessions.filter((n) => n % 5 !== 0))
  const revoked = accessTokens(sessions.filter((n) => n % 5 === 0))
  const { contenders, close } = await withCheck(database)
  const peers = withoutCheck()
  for (const [name, strategy] of Object.entries(contenders)) await assertCorrect(name, strategy, { good, revoked })
  for (const [name, strategy] of Object.entries(peers)) await assertCorrect(name, strategy, { good, revoked }, false)
  const all = Object.entries({ ...contenders, ...peers })
  for (const callers of [1, 64, 256]) {
    const works = all.map(([name, strategy]) => [
      name,
      () => rateOf((call) => isAccepted(strategy, good[call % good.length]), callers),
    ])
    const rates = await interleaved(Object.fromEntries(works))
    for (const [name] of all) report(`${name} at ${callers}`, median(rates[name]), 'checks/s')
    for (const name of ['findOne', 'Redis EXISTS', ...Object.keys(peers)]) {
      if (rates[name]) report(`strict at ${callers} ÷ ${name}`, ratioOf(rates.strict, rates[name]), '×')
    }
    const limit = 'passport-jwt, KeyObject'
    report(`cached at ${callers} ÷ ${limit}`, ratioOf(rates.cached, rates[limit]), '×')
  }
  await close()
})
