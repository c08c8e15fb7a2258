import { describe, expect, test } from 'vitest'
import { run } from '../support/command'
import { ADMIN_URLS, SERVER_DIALECTS } from '../support/databases'
import { ROOT } from '../support/linked-app'
import { judged } from './support/floors.mjs'

const bench = (url: string, ...args: string[]) =>
  run(process.execPath, ['scripts/bench.mjs', ...args], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: url, BENCH_SCALE: '0.01' },
  })

describe.each(SERVER_DIALECTS)('the benchmarks on %s, played small', (dialect) => {
  const url = ADMIN_URLS[dialect as keyof typeof ADMIN_URLS]

  test('say each measure in a line of JSON, with its floor and whether it is met', async () => {
    const { stdout, status } = await bench(url, 'check', 'growth', 'refresh', 'flush', 'admin', '--json')
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([...new Set(lines.map((line) => line.case))]).toEqual(['check', 'growth', 'refresh', 'flush', 'admin'])
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['case', 'measure', 'value', 'unit', 'floor', 'met'])
      expect(line.value).toBeGreaterThan(0)
      expect(line).toMatchObject(judged(line.case, line.measure, line.value))
    }
    expect(lines.filter(({ floor }) => floor !== null).length).toBeGreaterThanOrEqual(9)
    expect(status).toBe(lines.some(({ met }) => met === false) ? 1 : 0)
  })
})

test('a floor is met from its value on, and missed beyond it', () => {
  const of = (value: number) => judged('check', 'strict at 64 ÷ findOne', value)
  expect([of(8), of(7.99)]).toEqual([
    { floor: 'at least 8', met: true },
    { floor: 'at least 8', met: false },
  ])
  expect(judged('flush', 'peak memory of the flush', 151)).toEqual({ floor: 'at most 150', met: false })
  expect(judged('check', 'strict at 64', 1)).toEqual({ floor: null, met: null })
})

test('an unknown case is refused, with the names of those there are', async () => {
  const { status, stderr } = await bench('', 'chekc')
  expect(status).toBe(2)
  expect(stderr).toContain('check, http, growth, refresh, flush, admin')
})
