import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SECRET, useDatabase } from '../../support/blacklist'
import { run } from '../../support/command'
import { DIALECTS } from '../../support/databases'
import { claimsOf } from '../../support/jwt'

const CHILD = resolve(__dirname, '../../support/children/killed-refresh.mjs')
/** More than a rotation has. */
const MOST_STATEMENTS = 30

describe.each(DIALECTS)('a process that is killed in the midst of a rotation on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('leaves the old token usable, or its one successor obtainable, whatever the statement', { timeout: 120_000 }, async () => {
    const tokens = db.make()
    let killed = 0
    for (let n = 1; n < MOST_STATEMENTS; n++) {
      const { refresh } = await tokens.obtainPair({ id: `user-${n}` })
      const { stdout } = await run(process.execPath, [CHILD, db.database.url, refresh, String(n)], {
        env: { SIGNING_KEY: SECRET },
      })
      const next = (await tokens.refresh(refresh)).refresh as string
      expect(claimsOf(next).jti).toBe(`${claimsOf(refresh).sid}.2`)
      await expect(tokens.RefreshToken.verify(next)).resolves.toBeDefined()
      if (stdout.includes('refreshed')) break
      killed++
    }
    console.log(`killed at each of ${killed} statements on ${dialect}`)
    expect(killed).toBeGreaterThan(3)
    expect(killed).toBeLessThan(MOST_STATEMENTS - 1)
  })
})
