import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Outage } from '../../../lib/store/outage'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const GRACE = 10

/** Fails at these seconds, and succeeds a tenth of a second before each. */
function flapping(...seconds: number[]) {
  const start = performance.now()
  const now = () => (performance.now() - start) / 1000
  const outage = new Outage()
  for (const second of seconds) {
    vi.advanceTimersByTime((second - now()) * 1000 - 100)
    outage.succeeded()
    vi.advanceTimersByTime(100)
    outage.failed(performance.now())
  }
  const from = outage.before(performance.now(), GRACE)
  return from === undefined ? undefined : Math.round((from - start) / 1000)
}

test('lasts from its first failure on', () => {
  const start = performance.now()
  const outage = new Outage()
  for (let failure = 0; failure < 100; failure++) {
    outage.failed(performance.now())
    vi.advanceTimersByTime(60_000)
  }
  outage.failed(performance.now())
  expect(outage.before(performance.now(), GRACE)).toBe(start)
})

test('goes on over the short pauses of a database that flaps', () => {
  expect(flapping(1, 6, 15)).toBe(1)
  expect(flapping(1, 12, 15)).toBe(12)
})

test('is not drawn out by what fails now and then', () => {
  expect(flapping(1, ...Array.from({ length: 12 }, (_, index) => 6 + 5 * index))).toBe(1)
  expect(flapping(1, ...Array.from({ length: 13 }, (_, index) => 6 + 5 * index))).toBe(66)
})

test('is not drawn out by what waits in vain while others are answered', () => {
  const start = performance.now()
  const outage = new Outage()
  // Two operations wait at each moment, for five seconds each, as for a row that is locked.
  for (let second = 0; second < 200; second += 2.5) {
    vi.advanceTimersByTime(2400)
    outage.succeeded()
    vi.advanceTimersByTime(100)
    outage.failed(performance.now() - 5000)
  }
  expect((outage.before(performance.now(), GRACE) as number) - start).toBeGreaterThan(100_000)
})

test('is over once nobody has been told to come back', () => {
  const outage = new Outage()
  outage.failed(performance.now())
  const failed = performance.now()
  vi.advanceTimersByTime(GRACE * 1000)
  expect(outage.before(performance.now(), GRACE)).toBe(failed)
  vi.advanceTimersByTime(1)
  expect(outage.before(performance.now(), GRACE)).toBeUndefined()
})
