import { createSecretKey, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import jwt from 'jsonwebtoken'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { JwtBlacklistStrategy, TokenBlacklist } from '../../../dist/lib/index.js'
import { note } from './report.mjs'
import { sessionId } from './rows.mjs'
import { SECRET } from './secret.mjs'

const KEY = createSecretKey(Buffer.from(SECRET))
const options = { signingKey: SECRET, flushSchedule: false }
const verify = (claims, done) => done(null, claims)
const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
const REDIS = { host: '127.0.0.1', port: 6379 }

/** Access tokens of live sessions that are recorded; of every fifth session the tokens are revoked. */
export function accessTokens(sessions) {
  return sessions.map((n) =>
    jwt.sign({ token_type: 'access', sub: String(n), jti: randomUUID(), sid: sessionId(n) }, KEY, { expiresIn: '1d' }),
  )
}

/** passport-jwt alone: a string secret, as its README shows, and a KeyObject, which is the limit. Neither checks a blacklist. */
export function withoutCheck() {
  return {
    'passport-jwt, string secret': new Strategy({ jwtFromRequest, secretOrKey: SECRET }, verify),
    'passport-jwt, KeyObject': new Strategy({ jwtFromRequest, secretOrKey: KEY }, verify),
  }
}

/** Ours, as it is by default. */
export function strictStrategy({ connect }) {
  const blacklist = new TokenBlacklist({ ...options, sequelize: connect() })
  return new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, verify)
}

/** Ours, and what people write instead. Each refuses revoked tokens. */
export async function withCheck({ connect }) {
  const cached = new TokenBlacklist({ ...options, sequelize: connect(), cache: { maxAge: '1s' } })
  const { strategy: redis, close } = await withRedis()
  return {
    contenders: {
      strict: strictStrategy({ connect }),
      cached: new JwtBlacklistStrategy({ blacklist: cached, jwtFromRequest }, verify),
      findOne: withFindOne(new TokenBlacklist({ ...options, sequelize: connect() }).models),
      ...(redis && { 'Redis EXISTS': redis }),
    },
    close,
  }
}

function withFindOne({ OutstandingToken, BlacklistedToken }) {
  const include = [{ model: BlacklistedToken, as: 'blacklisted', required: true }]
  return new Strategy({ jwtFromRequest, secretOrKey: KEY }, ({ jti, sid, ...claims }, done) => {
    OutstandingToken.findOne({ where: { jti: [jti, sid] }, include }).then((row) => done(null, row ? false : claims), done)
  })
}

/** One `EXISTS` for each request; ioredis sends those that wait at the same moment together. */
async function withRedis() {
  const redis = new Redis({ ...REDIS, enableAutoPipelining: true, lazyConnect: true, retryStrategy: null })
  redis.on('error', () => {})
  try {
    await redis.connect()
  } catch {
    note(`Left out: Redis, which does not answer at ${REDIS.host}:${REDIS.port}.`)
    return { close: async () => {} }
  }
  const key = (id) => `pjb_bench:${process.pid}:${id}`
  const revoked = Array.from({ length: 20_000 }, (_, index) => key(sessionId((index + 1) * 5)))
  const forEach = async (command) => {
    const pipeline = redis.pipeline()
    for (const id of revoked) command(pipeline, id)
    await pipeline.exec()
  }
  await forEach((pipeline, id) => pipeline.set(id, '1', 'EX', 3600))
  const strategy = new Strategy({ jwtFromRequest, secretOrKey: KEY }, (claims, done) => {
    redis.exists(key(claims.jti), key(claims.sid)).then((count) => done(null, count > 0 ? false : claims), done)
  })
  const close = async () => {
    await forEach((pipeline, id) => pipeline.del(id))
    await redis.quit()
  }
  return { strategy, close }
}
