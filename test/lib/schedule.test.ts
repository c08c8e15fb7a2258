import { setTimeout as sleep } from 'node:timers/promises'
import { getTasks } from 'node-cron'
import { Sequelize } from 'sequelize'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Logger, TokenBlacklist } from '../../lib'
import { SECRET, useDatabase } from '../support/blacklist'
import { runChild } from '../support/run-child'
import { DAY, inSeconds } from '../support/seconds'

const EVERY_SECOND = '* * * * * *'

describe('the scheduled flush', () => {
  const db = useDatabase('sqlite')
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  const makeExpired = (tokens: TokenBlacklist, jti: string) => tokens.outstand({ jti, exp: inSeconds(-3 * DAY) })
  const isThere = async (tokens: TokenBlacklist, jti: string) =>
    (await tokens.models.OutstandingToken.count({ where: { jti } })) > 0
  const untilGone = async (tokens: TokenBlacklist, jti: string) => {
    while (await isThere(tokens, jti)) await sleep(50)
  }

  test.each([['by default'], ['every second', EVERY_SECOND]])('%s does not keep a process alive', async (_name, ...schedule) => {
    const ended = await runChild('schedule.mjs', [db.database.url, SECRET, ...schedule])
    expect(ended).toEqual({ code: 0, stdout: 'false\n', stderr: '' })
  })

  test('happens by itself, again and again, until close', async () => {
    const tokens = db.make({ flushSchedule: EVERY_SECOND })
    for (const jti of ['first', 'second']) {
      await makeExpired(tokens, jti)
      await untilGone(tokens, jti)
    }
    await tokens.close()
    await makeExpired(tokens, 'third')
    await sleep(2500)
    expect(await isThere(tokens, 'third')).toBe(true)
  })

  test('does not happen where it is turned off', async () => {
    const tasks = getTasks().size
    const tokens = db.make({ flushSchedule: false })
    expect(getTasks().size).toBe(tasks)
    await tokens.close()
  })

  test('leaves nothing behind when it is closed, once or twice', async () => {
    const tasks = getTasks().size
    const tokens = db.make({ flushSchedule: '0 3 * * *' })
    expect(getTasks().size).toBe(tasks + 1)
    await Promise.all([tokens.close(), tokens.close()])
    await tokens.close()
    expect(getTasks().size).toBe(tasks)
  })

  test('leaves nothing behind where the constructor throws', () => {
    const tasks = getTasks().size
    expect(() => db.make({ flushSchedule: EVERY_SECOND, signingKey: undefined })).toThrow(TypeError)
    expect(() => db.make({ flushSchedule: 'every day' })).toThrow(/^flushSchedule must be a cron expression/)
    expect(getTasks().size).toBe(tasks)
  })

  test('is due at 03:00 UTC, wherever the process is', async () => {
    const ended = await runChild('next-flush.mjs', [db.database.url, SECRET], { TZ: 'Asia/Tokyo' })
    expect(ended).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d{4}-\d\d-\d\dT03:00:00.000Z in Asia\/Tokyo\n$/),
      stderr: '',
    })
  })

  test('happens soon after it is due', async () => {
    const off = db.make()
    await makeExpired(off, 'daily')
    vi.useFakeTimers({ now: Date.parse('2030-06-01T02:59:30Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    const flush = vi.spyOn(off.constructor.prototype as TokenBlacklist, 'flushExpiredTokens')
    const tokens = db.make({ flushSchedule: undefined })
    // In steps that are shorter than the time that the database has.
    while (flush.mock.calls.length === 0) await vi.advanceTimersByTimeAsync(1000)
    const started = new Date().toISOString()
    vi.useRealTimers()
    // The random delay ends after a quarter of an hour.
    expect(started).toMatch(/^2030-06-01T03:(0\d|1[0-5]):/)
    await flush.mock.results[0]?.value
    await tokens.close()
    expect(await isThere(off, 'daily')).toBe(false)
  })

  test('is waited for by close', async () => {
    const tokens = db.make({ flushSchedule: EVERY_SECOND, checkTimeout: '30s' })
    await makeExpired(tokens, 'locked')
    const transaction = await db.sequelize.transaction()
    await tokens.blacklist({ jti: 'locked', exp: inSeconds(-3 * DAY) }, { transaction })
    const flush = vi.spyOn(tokens, 'flushExpiredTokens')
    while (flush.mock.calls.length === 0) await sleep(50)
    await sleep(200)
    const closing = tokens.close().then(() => 'closed')
    expect(await Promise.race([closing, sleep(500, 'waiting')])).toBe('waiting')
    await transaction.commit()
    expect(await closing).toBe('closed')
  })

  describe('that fails', () => {
    const without = (logger: Logger) => {
      const sequelize = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
      return db.make({ sequelize, flushSchedule: EVERY_SECOND, logger })
    }

    test('is told to the logger and by the event error, and tried again', async () => {
      const errors: unknown[][] = []
      const tokens = without({ error: (...args) => errors.push(args) })
      const told: unknown[] = []
      tokens.on('error', (error) => told.push(error))
      while (errors.length < 2) await sleep(50)
      await tokens.close()
      expect(told).toEqual(errors.map(([, error]) => error))
      for (const [message, error] of errors) {
        expect(message).toBe('passport-jwt-blacklist: the scheduled flush failed')
        expect(error).toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503 })
      }
    })

    test('does not end the process where the logger fails as well', async () => {
      let calls = 0
      const tokens = without({
        error() {
          calls++
          throw new Error('the logger is broken')
        },
      })
      while (calls < 2) await sleep(50)
      await tokens.close()
    })
  })
})
