import assert from 'node:assert'

/** How long a round lasts, in milliseconds, and how many rounds there are. `BENCH_SCALE=0.01` plays it small, for the tests. */
export const SCALE = Number(process.env.BENCH_SCALE || 1)
export const ROUND = Math.max(20, 1000 * SCALE)
export const ROUNDS = SCALE < 1 ? 2 : 7

/** @returns a count, scaled, but enough to go on with */
export function scaled(count) {
  return Math.max(1000, Math.round(count * SCALE))
}

/** Whether a strategy lets a token pass, asked as Passport asks it. */
export function isAccepted(strategy, encoded) {
  return new Promise((resolve, reject) => {
    const attempt = Object.create(strategy)
    attempt.success = () => resolve(true)
    attempt.fail = () => resolve(false)
    attempt.error = reject
    attempt.authenticate({ headers: { authorization: `Bearer ${encoded}` } })
  })
}

/** Before anything is timed: good tokens pass, and, where a blacklist is asked, revoked ones do not. */
export async function assertCorrect(name, strategy, { good, revoked }, checks = true) {
  for (const encoded of good.slice(0, 50)) assert.equal(await isAccepted(strategy, encoded), true, `${name} refuses a good token`)
  for (const encoded of revoked.slice(0, 50)) {
    assert.equal(await isAccepted(strategy, encoded), !checks, `${name} is wrong about a revoked token`)
  }
}

/** Calls a second, by so many callers, each of which begins anew as soon as it is answered. */
export async function rateOf(call, callers, milliseconds = ROUND) {
  const start = performance.now()
  let calls = 0
  const caller = async () => {
    while (performance.now() - start < milliseconds) await call(calls++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return (calls / (performance.now() - start)) * 1000
}

/** How long each of these calls took, in milliseconds, one after the other. */
export async function latenciesOf(call, milliseconds = ROUND) {
  const latencies = []
  for (let end = performance.now() + milliseconds, calls = 0; performance.now() < end; calls++) {
    const start = performance.now()
    await call(calls)
    latencies.push(performance.now() - start)
  }
  return latencies
}

/** Each in turn, round after round, so that a machine that is busy for a while is so for all. @returns by name, a result for each round */
export async function interleaved(works) {
  const results = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  for (const work of Object.values(works)) await work()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(works)) results[name].push(await work())
  }
  return results
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export function median(values) {
  return quantile(values, 0.5)
}

/** The median of the ratios of each round. */
export function ratioOf(ours, theirs) {
  return median(ours.map((value, round) => value / theirs[round]))
}
