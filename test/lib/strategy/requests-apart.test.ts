import type { Express } from 'express'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { signed } from '../../support/jwt'

describe.each(DIALECTS)('many requests at once on %s', (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()

  /** Passport may be given the strategy itself instead of its name, and then shares one object between requests. */
  test.each(['by name', 'as an object'])('each get their own answer, with the strategy given %s', async (way) => {
    const blacklist = db.make()
    const strategy = new JwtBlacklistStrategy({ blacklist, jwtFromRequest, jti: 'digest' }, (claims, done) =>
      done(null, { id: claims.sub }),
    )
    const { get } = await start(strategy, {
      configure: (app: Express, passport) => {
        const guard = passport.authenticate(way === 'by name' ? 'jwt' : strategy, { session: false })
        app.get('/who', guard, (req, res) => res.json(req.user))
      },
    })
    const users = Array.from({ length: 60 }, (_, index) => ({
      id: `user-${index}`,
      token: signed({ sub: `user-${index}`, ...(index % 2 && { jti: undefined }) }),
      revoked: index % 3 === 0,
    }))
    await Promise.all(users.filter(({ revoked }) => revoked).map(({ token }) => blacklist.blacklist(token)))
    const answers = await Promise.all(users.map(({ token }) => get(token, '/who')))
    expect(answers.map(({ status, text }) => (status === 200 ? JSON.parse(text).id : status))).toEqual(
      users.map(({ id, revoked }) => (revoked ? 401 : id)),
    )
  })
})
