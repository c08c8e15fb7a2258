import express from 'express'
import { Passport } from 'passport'
import { ExtractJwt } from 'passport-jwt'
import { JwtBlacklistStrategy } from 'passport-jwt-blacklist'

/** A real app asks its database, which holds a hash of the password. */
const USERS = [{ id: '1', username: 'alice', password: 'wonderland' }]

/** An Express app whose users can log in, ask who they are, and log out. */
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
  return app
}

function login({ username, password }) {
  return USERS.find((user) => user.username === username && user.password === password)
}
