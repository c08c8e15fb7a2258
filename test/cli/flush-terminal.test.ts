import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../support/blacklist'
import { insertBulk } from '../support/bulk-rows'
import { cli, cliJson, MAIN } from '../support/cli'
import { DIALECTS } from '../support/databases'
import { countRows } from '../support/rows'
import { DAY } from '../support/seconds'
import { onTerminal } from '../support/terminal'

/** More than one statement counts, and than a flush in batches of one can delete before it is stopped. */
const MANY = 12_001

describe.each(DIALECTS)('flush on %s', (dialect) => {
  const db = useDatabase(dialect)
  const url = () => ['--url', db.database.url]
  const flush = (...args: string[]) => onTerminal([process.execPath, MAIN, 'flush', ...url(), ...args])

  beforeEach(async () => {
    const tokens = db.make()
    await tokens.models.BlacklistedToken.destroy({ where: {} })
    await tokens.models.OutstandingToken.destroy({ where: {} })
    const rows = Array.from({ length: MANY }, (_, n) => ({ jti: `token ${n}`, expiresIn: -2 * DAY, blacklisted: n % 3 === 0 }))
    await insertBulk(tokens, [...rows, { jti: 'yesterday', expiresIn: -DAY / 2 }, { jti: 'alive', expiresIn: DAY }])
  })

  test('shows on a terminal how far it is, and to the end', async () => {
    const { status, screen } = await flush('--batch-size', '4000').ended
    expect(status).toBe(0)
    expect(screen).toContain(' 0% | 0 of 12001 tokens')
    expect(screen).toContain(' 100% | 12001 of 12001 tokens')
    expect(screen).toMatch(/\r\nDeleted 12,001 expired tokens\.\r\n$/)
    expect(screen).not.toContain('so far')
    expect((await flush().ended).screen).toBe('Deleted 0 expired tokens.\r\n')
  })

  test('ends by Ctrl-C after its batch', async () => {
    const running = flush('--batch-size', '1')
    await running.shows(/ 0% \| [1-9]\d* of 12001 tokens/)
    running.press('\x03')
    const { status, screen } = await running.ended
    expect(status).toBe(2)
    const [, deleted] = /\nDeleted (\d+) expired tokens?\. Stopped by SIGINT\./.exec(screen) ?? []
    expect((await countRows(db.make())).outstanding).toBe(MANY + 2 - Number(deleted))
  })

  test.each([[], ['--django-tables', '--margin', '1d']])(
    'counts with --dry-run what it would delete, and changes nothing %#',
    async (...args) => {
      const before = await countRows(db.make())
      expect(await cli(['flush', ...url(), '--dry-run', ...args])).toEqual({
        status: 0,
        stdout: '12,001 expired tokens would be deleted. Nothing was changed.\n',
        stderr: '',
      })
      expect(await cliJson(['flush', ...url(), '--dry-run', ...args])).toEqual({
        status: 0,
        answer: { dryRun: true, deleted: 0, remaining: { count: MANY, capped: false }, stopped: null },
      })
      expect(await countRows(db.make())).toEqual(before)
    },
  )

  test('answers in JSON, and in nothing else', async () => {
    expect(await cliJson(['flush', ...url()])).toEqual({
      status: 0,
      answer: { dryRun: false, deleted: MANY, remaining: { count: 0, capped: false }, stopped: null },
    })
  })
})
