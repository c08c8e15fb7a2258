import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/blacklist'
import { cli, cliJson } from '../support/cli'
import { DIALECTS } from '../support/databases'
import { DAY, inSeconds } from '../support/seconds'

const exactly = (count: number) => ({ count, capped: false })

describe.each(DIALECTS)('status on %s', (dialect) => {
  const db = useDatabase(dialect)
  const status = (...args: string[]) => cliJson(['status', '--url', db.database.url, ...args])

  test('tells that nothing has to be done', async () => {
    await db.make().outstand({ jti: 'alive', exp: inSeconds(DAY) })
    const { status: ended, answer } = await status()
    expect(ended).toBe(0)
    expect(answer).toEqual({
      database: expect.stringContaining(dialect),
      source: '--url',
      outstanding: exactly(1),
      blacklisted: exactly(0),
      expired: exactly(0),
      waiting: exactly(0),
      oldestExpired: null,
      tables: ['outstanding_tokens', 'blacklisted_tokens'].map((table) => ({
        table,
        rows: expect.any(Number),
        bytes: dialect === 'sqlite' ? null : expect.any(Number),
      })),
      flush: { state: 'fine', owedSince: null },
    })
  })

  test('tells how long the flush has been owed, and what to do after two days', async () => {
    const tokens = db.make()
    const expiry = inSeconds(-2.5 * DAY)
    await tokens.blacklist({ jti: 'old', exp: expiry })
    await tokens.outstand({ jti: 'yesterday', exp: inSeconds(-DAY / 2) })
    const { answer } = await status()
    expect(answer).toMatchObject({ blacklisted: exactly(1), expired: exactly(2), waiting: exactly(1) })
    expect(answer.oldestExpired).toBe(new Date(expiry * 1000).toISOString())
    expect(answer.flush).toEqual({ state: 'fine', owedSince: new Date((expiry + DAY) * 1000).toISOString() })

    const late = await status('--margin', '2h')
    expect(late.status).toBe(0)
    expect(late.answer).toMatchObject({ waiting: exactly(2), flush: { state: 'late' } })
    const { stdout } = await cli(['status', '--url', db.database.url, '--margin', '2h'])
    expect(stdout).toMatch(/^Expired {6}2; the next flush deletes 2$/m)
    expect(stdout).toMatch(/^Flush {8}it is not running: the oldest row has waited for it for 2 days, since /m)
    expect(stdout).toMatch(/^Delete them: npx passport-jwt-blacklist flush\./m)
  })
})
