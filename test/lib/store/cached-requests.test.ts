import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { countedChecks } from '../../support/statements'

describe.each(DIALECTS)('requests with a cache on %s', (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()

  test.each(['strategy', 'guard'])('are let pass by what the %s remembers, and ended by a logout at once', async (by) => {
    const { tokens, count } = countedChecks(db, { cache: { maxAge: '1m' } })
    const strategy = new JwtBlacklistStrategy({ blacklist: tokens, jwtFromRequest }, (claims, done) => done(null, claims))
    const { get } = await start(strategy, {
      configure: (app) => {
        app.get('/guarded', tokens.authenticate(), (_req, res) => {
          res.json('ok')
        })
      },
    })
    const path = by === 'guard' ? '/guarded' : '/me'
    const { access, refresh } = await tokens.obtainPair({ id: 'alice' })
    count.queries = 0
    for (let time = 0; time < 3; time++) expect((await get(access, path)).status).toBe(200)
    expect(count.queries).toBe(1)
    await tokens.blacklist(refresh)
    expect((await get(access, path)).status).toBe(401)
  })
})
