import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../support/blacklist'
import { insertBulk } from '../support/bulk-rows'
import { cliJson, MAIN } from '../support/cli'
import { DIALECTS } from '../support/databases'
import { countRows } from '../support/rows'
import { start } from '../support/running'
import { DAY } from '../support/seconds'

/** More than a flush in batches of one can delete before it is stopped. */
const MANY = 20_000

describe.each(DIALECTS)('a flush that is stopped on %s', (dialect) => {
  const db = useDatabase(dialect)
  const flush = (...args: string[]) =>
    start(process.execPath, [MAIN, 'flush', '--url', db.database.url, '--batch-size', '1', ...args])

  beforeEach(async () => {
    const tokens = db.make()
    await tokens.models.BlacklistedToken.destroy({ where: {} })
    await tokens.models.OutstandingToken.destroy({ where: {} })
    const rows = Array.from({ length: MANY }, (_, n) => ({ jti: `token ${n}`, expiresIn: -2 * DAY, blacklisted: true }))
    await insertBulk(tokens, rows)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s ends after its batch with status 2, and says what is left', async (signal) => {
    const running = flush()
    await running.says(/^3 deleted so far$/m)
    expect(await running.end(signal)).toBe(2)
    const [, deleted] = await running.says(
      new RegExp(`^Deleted (\\d+) expired tokens. Stopped by ${signal}. Left for the next flush: 10,000 or more.$`, 'm'),
    )
    const left = MANY - Number(deleted)
    expect(await countRows(db.make())).toEqual({ outstanding: left, blacklisted: left })
  })

  test('by --max-seconds does so too, and what it answers is what it did', async () => {
    const { status, answer } = await cliJson(['flush', '--url', db.database.url, '--batch-size', '1', '--max-seconds', '1'])
    expect(status).toBe(2)
    expect(answer).toEqual({
      dryRun: false,
      deleted: expect.any(Number),
      remaining: { count: 10_000, capped: true },
      stopped: 'max-seconds',
    })
    const left = MANY - answer.deleted
    expect(answer.deleted).toBeGreaterThan(0)
    expect(await countRows(db.make())).toEqual({ outstanding: left, blacklisted: left })
  })
})

describe('a flush that is stopped in the midst of a batch', () => {
  const db = useDatabase('sqlite')

  test('ends at once by the second signal, and the batch is undone', async () => {
    const tokens = db.make()
    const rows = Array.from({ length: MANY }, (_, n) => ({ jti: `token ${n}`, expiresIn: -2 * DAY }))
    await insertBulk(tokens, rows)
    await db.sequelize.query('PRAGMA busy_timeout = 30000')
    const running = start(process.execPath, [MAIN, 'flush', '--url', db.database.url, '--batch-size', '1'])
    await running.says(/^3 deleted so far$/m)
    await db.sequelize.query('BEGIN IMMEDIATE')
    const left = await countRows(tokens)
    running.signal('SIGINT')
    await running.says(/^Stopping after this batch; once more to stop at once.$/m)
    // Sent again by npx, the first one is no second one.
    running.signal('SIGINT')
    await new Promise((passed) => setTimeout(passed, 1000))
    expect(running.runs()).toBe(true)
    expect(await running.end('SIGINT')).toBe(null)
    await db.sequelize.query('COMMIT')
    expect(await countRows(tokens)).toEqual(left)
  })
})
