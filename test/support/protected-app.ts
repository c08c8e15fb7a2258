import type { AddressInfo } from 'node:net'
import express from 'express'
import { Passport } from 'passport'
import { ExtractJwt } from 'passport-jwt'
import { JwtBlacklistStrategy, type TokenBlacklist } from '../../lib'

export interface ProtectedApp {
  /** GET /me with this token, as a bearer token. */
  me(encoded: string): Promise<Response>
  close(): Promise<void>
}

/** An app with one protected route, whose verify asks nothing of the database. */
export async function protectedApp(tokens: TokenBlacklist): Promise<ProtectedApp> {
  const passport = new Passport()
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
  passport.use(new JwtBlacklistStrategy({ blacklist: tokens, jwtFromRequest }, (claims, done) => done(null, { id: claims.sub })))
  const app = express()
  // Express prints the errors that it answers with, but not under this name.
  app.set('env', 'test')
  app.get('/me', passport.authenticate('jwt', { session: false }), (req, res) => {
    res.json(req.user)
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    me: (encoded) => fetch(`${base}/me`, { headers: { authorization: `Bearer ${encoded}` } }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
