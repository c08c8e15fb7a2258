import { fileURLToPath } from 'node:url'
import express from 'express'
import { Passport } from 'passport'
import { ExtractJwt } from 'passport-jwt'
import { JwtBlacklistStrategy } from 'passport-jwt-blacklist'
import { adminRoutes } from 'passport-jwt-blacklist/admin'
import { requireStaff, staffOf, staffRoutes } from './staff.mjs'

/** A real app asks its database, which holds a hash of the password. */
const USERS = [
  { id: '1', username: 'alice', password: 'wonderland' },
  { id: '2', username: 'bob', password: 'jabberwocky' },
]

/** An Express app whose users can log in, ask who they are, and log out; with an admin for its staff. */
export function createApp(tokens) {
  const passport = new Passport()
  passport.use(
    new JwtBlacklistStrategy({ blacklist: tokens, jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() }, (claims, done) =>
      done(null, USERS.find(({ id }) => id === claims.sub) ?? false),
    ),
  )
  const authenticated = passport.authenticate('jwt', { session: false })

  const app = express()
  app.use('/api/token', tokens.routes({ authenticate: login }))
  app.get('/me', authenticated, (req, res) => {
    const { id, username } = req.user
    res.json({ id, username })
  })
  app.use('/staff', staffRoutes())
  app.use('/admin/tokens', requireStaff, adminRoutes(tokens, { authorize: staffOf, describeUser: usernames }))
  app.use(express.static(fileURLToPath(new URL('pages', import.meta.url))))
  return app
}

function usernames(ids) {
  return Object.fromEntries(USERS.filter(({ id }) => ids.includes(id)).map(({ id, username }) => [id, username]))
}

function login({ username, password }) {
  return USERS.find((user) => user.username === username && user.password === password)
}
