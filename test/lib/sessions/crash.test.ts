import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TokenBlacklistOptions } from '../../../lib'
import { SECRET, useDatabase } from '../../support/blacklist'
import { run } from '../../support/command'
import { DIALECTS } from '../../support/databases'
import { rowsOf } from '../../support/rows'
import { jtiOf, REFUSED, rotated, sidOf } from '../../support/sessions'

const CHILD = resolve(__dirname, '../../support/children/killed-refresh.mjs')
/** More than a rotation has. */
const MOST_STATEMENTS = 30

describe.each(DIALECTS)('a process that is killed in the midst of a rotation on %s', (dialect) => {
  const db = useDatabase(dialect)

  /** Kills a refresh at each of its statements, and then calls back with the token. @returns how many statements it has */
  async function killedAtEach(options: Partial<TokenBlacklistOptions>, then: (refresh: string) => Promise<void>) {
    const tokens = db.make(options)
    for (let killed = 0; killed < MOST_STATEMENTS; killed++) {
      const { refresh } = await tokens.obtainPair({ id: `user-${killed}` })
      const args = [CHILD, db.database.url, refresh, String(killed + 1), JSON.stringify(options)]
      const { stdout } = await run(process.execPath, args, { env: { SIGNING_KEY: SECRET } })
      await then(refresh)
      if (!stdout.includes('refreshed')) continue
      console.log(`killed at each of ${killed} statements on ${dialect}`)
      return killed
    }
    throw new Error('It was never done')
  }

  test.each([true, false])(
    'leaves the old token usable, or its one successor obtainable, whatever the statement, with sessions: %s',
    { timeout: 120_000 },
    async (sessions) => {
      const tokens = db.make({ sessions })
      const statements = await killedAtEach({ sessions }, async (refresh) => {
        const next = await rotated(tokens, refresh)
        expect(jtiOf(next.refresh)).toBe(`${jtiOf(refresh).slice(0, 32)}.2`)
        await tokens.RefreshToken.verify(next.refresh)
        await rotated(tokens, next.refresh)
      })
      expect(statements).toBeGreaterThan(3)
    },
  )

  test('leaves the old token usable, or rotated, where there is no grace period', { timeout: 120_000 }, async () => {
    const options = { rotationGracePeriod: 0 }
    const tokens = db.make(options)
    const outcomes: string[] = []
    await killedAtEach(options, async (refresh) => {
      const { outstanding } = await rowsOf(tokens, `${sidOf(refresh)}.2`)
      const committed = outstanding.length === 1
      outcomes.push(committed ? 'rotated' : 'usable')
      if (committed) await expect(tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
      else await rotated(tokens, refresh)
    })
    expect(new Set(outcomes)).toEqual(new Set(['usable', 'rotated']))
    expect(outcomes.lastIndexOf('usable')).toBeLessThan(outcomes.indexOf('rotated'))
  })
})
