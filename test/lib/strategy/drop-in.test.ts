import jwt from 'jsonwebtoken'
import type { Strategy } from 'passport'
import { Strategy as JwtStrategy, type VerifyCallback } from 'passport-jwt'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { EXPRESSES, jwtFromRequest, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'

const secretOrKey = 'the secret that the app has had all along'
const options = { jwtFromRequest, secretOrKey, issuer: 'app' }
const verify: VerifyCallback = (claims, done) => done(null, { id: claims.sub })

const login = (jwtid: string) => jwt.sign({}, secretOrKey, { subject: 'alice', issuer: 'app', expiresIn: '1h', jwtid })
/** What the app learns of any token from outside. */
const strangers = [undefined, 'rubbish', jwt.sign({ sub: 'alice' }, 'another secret', { expiresIn: '1h', issuer: 'app' })]

describe.each(DIALECTS)('an existing passport-jwt app on %s', (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()

  test.each(Object.entries(EXPRESSES))(
    'checks the blacklist after one class name and one option (%s)',
    async (name, framework) => {
      const blacklist = db.make({ signingKey: secretOrKey })
      const revoked = login(`revoked ${name}`)
      const other = login(`other ${name}`)

      const before = await start(new JwtStrategy(options, verify) as Strategy, { framework })
      const after = await start(new JwtBlacklistStrategy({ ...options, blacklist }, verify), { framework })
      for (const app of [before, after]) {
        expect(await app.get(revoked)).toMatchObject({ status: 200, text: '{"id":"alice"}' })
        for (const stranger of strangers) expect(await app.get(stranger)).toMatchObject({ status: 401, text: 'Unauthorized' })
      }

      await blacklist.blacklist(jwt.decode(revoked) as jwt.JwtPayload)
      expect((await before.get(revoked)).status).toBe(200)
      expect((await after.get(revoked)).status).toBe(401)
      expect(await after.decide(revoked)).toMatchObject({ error: null, user: false, info: { code: 'ERR_TOKEN_BLACKLISTED' } })
      expect((await after.get(other)).status).toBe(200)
    },
  )

  test('keeps what its callbacks see of a refused token', async () => {
    const before = await start(new JwtStrategy(options, verify) as Strategy)
    const after = await start(new JwtBlacklistStrategy({ ...options, blacklist: db.make() }, verify))
    const expired = jwt.sign({ iss: 'app', jti: 'expired', exp: 1 }, secretOrKey)
    for (const token of [...strangers, expired]) {
      const { info } = (await before.decide(token)) as { info: Error }
      const decision = (await after.decide(token)) as { info: Error }
      expect(decision).toMatchObject({ error: null, user: false, info: { name: info.name, message: info.message } })
      expect(decision.info).toBeInstanceOf(Object.getPrototypeOf(info).constructor)
    }
  })
})
