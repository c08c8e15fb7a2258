import { inspect } from 'node:util'
import { Strategy } from 'passport'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { EXPRESSES, jwtFromRequest, useApps } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { HOUR, signed } from '../../support/jwt'
import { migrate } from '../../support/migrate'

class Anonymous extends Strategy {
  override authenticate(): void {
    this.pass()
  }
}

const expiry = () => Math.floor(Date.now() / 1000) + HOUR

describe.each(DIALECTS)('where the tables are missing on %s', (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()

  async function withoutTables(work: () => Promise<void>): Promise<void> {
    const queryInterface = db.sequelize.getQueryInterface()
    for (const table of ['blacklisted_tokens', 'outstanding_tokens']) await queryInterface.dropTable(table)
    try {
      await work()
    } finally {
      await migrate(db.sequelize)
    }
  }

  test.each(Object.entries(EXPRESSES))('nothing is accepted, and nothing called a bad token (%s)', async (_, framework) => {
    const blacklist = db.make({ storeTokens: true })
    const called: unknown[] = []
    const strategy = new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, (claims, done) => {
      called.push(claims)
      done(null, claims)
    })
    const { get, decide, errors } = await start(strategy, {
      framework,
      configure: (app, passport) => {
        passport.use('anonymous', new Anonymous())
        app.get('/anonymous', passport.authenticate(['jwt', 'anonymous'], { session: false }), (_req, res) => res.json('let in'))
      },
    })
    const good = signed()
    const revoked = signed({ jti: 'revoked', exp: expiry() })

    await withoutTables(async () => {
      for (const path of ['/me', '/anonymous']) {
        const { status, retryAfter, challenge } = await get(good, path)
        expect({ status, challenge }).toEqual({ status: 503, challenge: null })
        expect(Number(retryAfter)).toBeGreaterThan(0)
      }
      expect((await get(signed({}, 'another secret'))).status).toBe(401)
      const decision = await decide(good)
      expect(decision).toMatchObject({ user: undefined, info: undefined })
      const unavailable = { code: 'ERR_BLACKLIST_UNAVAILABLE', name: 'BlacklistUnavailableError', status: 503, statusCode: 503 }
      for (const error of [decision.error, ...errors]) expect(error).toMatchObject({ ...unavailable, expose: false })
      await expect(blacklist.blacklist(revoked)).rejects.toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE' })
    })

    expect(called).toEqual([])
    expect((await get(good)).status).toBe(200)
  })

  test('no error holds a token or a secret', async () => {
    const blacklist = db.make({ storeTokens: true })
    const { get, errors } = await start(
      new JwtBlacklistStrategy({ blacklist, jwtFromRequest, jti: 'digest' }, (claims, done) => done(null, claims)),
    )
    const tokens = [signed(), signed({ jti: undefined })]
    await withoutTables(async () => {
      for (const token of tokens) {
        await get(token)
        for (const write of [blacklist.blacklist, blacklist.outstand]) {
          errors.push(await write.call(blacklist, token).catch((error: unknown) => error))
        }
      }
    })
    expect(errors).toHaveLength(6)
    for (const error of errors) {
      const everything = `${inspect(error, { depth: Infinity, showHidden: true })}${JSON.stringify(error)}${(error as Error).stack}`
      expect(everything).toContain('ERR_BLACKLIST_UNAVAILABLE')
      expect(everything).not.toContain(SECRET)
      for (const part of tokens.flatMap((token) => token.split('.'))) expect(everything).not.toContain(part)
    }
  })
})
