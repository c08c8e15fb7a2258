// The routes of a Django project with Simple JWT, from Node: on tables of its own, or on Django's.
import { once } from 'node:events'
import express from 'express'
import { simpleJwt, TokenBlacklist } from 'passport-jwt-blacklist'
import { Sequelize } from 'sequelize'
import { defineUsers } from './users.mjs'

const { env } = process
const django = env.TABLES === 'django'
const sequelize = new Sequelize(env.DATABASE_URL || 'sqlite:./simple-jwt.sqlite', { logging: false })
const users = defineUsers(sequelize, { django })

const tokens = new TokenBlacklist({
  ...simpleJwt,
  sequelize,
  signingKey: env.SIGNING_KEY || 'the example has a key that everybody knows',
  djangoTables: django,
  rotateRefreshTokens: env.ROTATE === '1',
  blacklistAfterRotation: env.BLACKLIST === '1',
  checkRevokeToken: env.CHECK_REVOKE === '1',
  accessTokenLifetime: Number(env.ACCESS || 300),
  slidingTokenLifetime: Number(env.SLIDING || 300),
  authTokenClasses: ['access', 'sliding'],
  findUser: users.find,
})

if (!django) {
  const { OutstandingToken, BlacklistedToken } = tokens.models
  await OutstandingToken.sync()
  await BlacklistedToken.sync()
  await users.makeSamples()
}

const app = express()
app.use('/api/token', tokens.routes({ authenticate: users.login }))
app.all('/me', allow, tokens.authenticate(), (req, res) => {
  if (!['GET', 'HEAD'].includes(req.method)) return res.status(405).json({ detail: `Method "${req.method}" not allowed.` })
  return res.json({ id: String(req.user.id), username: req.user.username })
})

function allow(_req, res, next) {
  res.set('Allow', 'GET, HEAD, OPTIONS')
  next()
}

const server = app.listen(Number(env.PORT || 8000), '127.0.0.1')
await once(server, 'listening')
console.log(`Simple JWT's routes: http://127.0.0.1:${server.address().port}/api/token/`)
console.log(`${django ? "The users are Django's." : 'There is a user alice, password wonderland.'} Ctrl-C ends it.`)

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
server.close()
server.closeAllConnections()
await tokens.close()
await sequelize.close()
