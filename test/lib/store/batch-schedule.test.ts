import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BatchSchedule } from '../../../lib/store/batch-schedule'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const immediate = () => new Promise((done) => setImmediate(done))

/** Queries that end when they are told to. */
function scheduled(count: number) {
  const schedule = new BatchSchedule()
  const started: { end: () => void; fail: () => void }[] = []
  const query = () =>
    new Promise<void>((end, reject) => {
      started.push({ end, fail: () => reject(new Error('down')) })
    })
  for (let one = 0; one < count; one++) schedule.add(() => void schedule.run(query).catch(() => {}))
  return started
}

test('starts two queries at once, and the next when one returns or fails', async () => {
  const started = scheduled(4)
  expect(started).toHaveLength(0)
  await immediate()
  expect(started).toHaveLength(2)
  started[0]?.end()
  await immediate()
  await immediate()
  expect(started).toHaveLength(3)
  started[1]?.fail()
  await immediate()
  await immediate()
  expect(started).toHaveLength(4)
})

test('waits 5 ms for a query, but starts no fifth beside four', async () => {
  const started = scheduled(6)
  await immediate()
  const counts: number[] = []
  for (let step = 0; step < 6; step++) {
    vi.advanceTimersByTime(4)
    await immediate()
    counts.push(started.length)
    vi.advanceTimersByTime(1)
    await immediate()
  }
  expect(counts).toEqual([2, 4, 4, 4, 4, 4])
})

test('no longer counts queries that have taken 250 ms', async () => {
  const started = scheduled(5)
  for (let step = 0; step < 20; step++) {
    await immediate()
    vi.advanceTimersByTime(5)
  }
  expect(started).toHaveLength(4)
  vi.advanceTimersByTime(250)
  await immediate()
  expect(started).toHaveLength(5)
})

test('leaves no timer behind', async () => {
  const started = scheduled(1)
  await immediate()
  expect(vi.getTimerCount()).toBe(2)
  started[0]?.end()
  await immediate()
  expect(vi.getTimerCount()).toBe(0)
})
