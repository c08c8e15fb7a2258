// An app whose own code throws at every turn. It answers itself, prints the answers, and ends by itself if nothing ended it.
const http = require('node:http')
const express = require('express')
const jwt = require('jsonwebtoken')
const { Passport } = require('passport')
const { ExtractJwt } = require('passport-jwt')
const { Sequelize } = require('sequelize')
const { JwtBlacklistStrategy, TokenBlacklist } = require('../../../dist/lib')

const SECRET = 'a secret of more than thirty-two bytes, for tests alone'
const boom = (text) => {
  throw Object.assign(new Error(text), { status: 418 })
}
const logged = []
const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
const sign = (claims) => jwt.sign({ exp: 2 ** 32, ...claims }, SECRET)

async function main() {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
  const blacklist = new TokenBlacklist({
    sequelize,
    signingKey: SECRET,
    flushSchedule: false,
    logger: { error: (message, error) => logged.push(`${message}: ${error.message}`) },
  })
  await sequelize.sync()
  const [good, revoked, expired] = [sign({ jti: 'good' }), sign({ jti: 'revoked' }), sign({ jti: 'expired', exp: 1 })]
  await blacklist.blacklist(revoked)

  const passport = new Passport()
  const use = (name, verify, options) =>
    passport.use(name, new JwtBlacklistStrategy({ blacklist, jwtFromRequest, ...options }, verify))
  const accept = (_claims, done) => done(null, { id: 1 })
  use('jwt', accept)
  use('sync', () => boom('verify threw'))
  use('async', async () => boom('verify rejected'))
  use('late', async (_claims, done) => {
    done(null, { id: 1 })
    boom('verify rejected after done')
  })
  use('provided', accept, { secretOrKeyProvider: async (_request, _token, done) => done(null, SECRET) })
  use('provider', accept, { secretOrKeyProvider: async () => boom('the provider rejected') })

  const app = express()
  const callbacks = {
    always: () => boom('the callback threw'),
    passing: (next) => (error, user) => (error ? next(error) : boom(`the callback threw, user ${Boolean(user)}`)),
  }
  for (const name of ['jwt', 'sync', 'async', 'late', 'provided', 'provider']) {
    const guard = passport.authenticate(name, { session: false })
    app.get(`/${name}/handler`, guard, () => boom('the handler threw'))
    app.get(`/${name}/async-handler`, guard, async () => boom('the handler rejected'))
    app.get(`/${name}/always`, (req, res, next) => passport.authenticate(name, callbacks.always)(req, res, next))
    app.get(`/${name}/passing`, (req, res, next) => passport.authenticate(name, callbacks.passing(next))(req, res, next))
  }
  app.use((error, _req, res, _next) => res.status(error.status ?? 500).end(error.message))
  const plain = http.createServer((req, res) => {
    if (req.url === '/alive') return res.end('alive')
    passport.authenticate('jwt', callbacks.always)(req, res)
  })
  const servers = [http.createServer(app), plain]
  const [url, plainUrl] = await Promise.all(servers.map(listen))

  const answers = {}
  for (const path of app.router.stack.flatMap(({ route }) => route?.path ?? [])) {
    for (const [name, token] of Object.entries({ none: undefined, expired, revoked, good })) {
      answers[`${path} ${name}`] = await get(url + path, token)
    }
  }
  // Plain http has nowhere to send the error to, so this request is left without an answer.
  const left = await get(plainUrl, revoked, 500)
  const alive = await get(`${plainUrl}/alive`)
  process.stdout.write(JSON.stringify({ answers, left, alive, logged }))
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await blacklist.close()
  await sequelize.close()
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${server.address().port}`
}

async function get(url, token, patience = 20_000) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(patience) })
    return `${response.status} ${await response.text()}`
  } catch (error) {
    return error.name
  }
}

main()
