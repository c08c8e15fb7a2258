import type { ErrorRequestHandler, Response } from 'express'
import { Passport, type PassportStatic, Strategy } from 'passport'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type JwtBlacklistStrategyOptions, TokenError } from '../../../lib'
import { EXPRESSES, jwtFromRequest, listen, request, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { signed } from '../../support/jwt'

const EXPIRED = signed({ exp: 1 })
const INVALID = 'Bearer realm="api", error="invalid_token"'
const EXPIRED_CHALLENGE = `${INVALID}, error_description="Token is expired"`

class Basic extends Strategy {
  override authenticate(): void {
    this.fail('Basic realm="users"', 401)
  }
}
class Anonymous extends Strategy {
  override authenticate(): void {
    this.pass()
  }
}

describe.each(Object.entries(EXPRESSES))('WWW-Authenticate on %s', (_, framework) => {
  const db = useDatabase('sqlite')
  const start = useApps()
  const strategy = (options: Partial<JwtBlacklistStrategyOptions> = {}) =>
    new JwtBlacklistStrategy({ blacklist: db.make(), jwtFromRequest, ...options }, (claims, done) => done(null, claims))
  const app = (configure: (app: ReturnType<typeof framework>, passport: PassportStatic) => void = () => {}) =>
    start(strategy(), { framework, configure })

  test('says why a token was refused', async () => {
    const { get } = await app()
    expect(await get(EXPIRED)).toMatchObject({ status: 401, challenge: EXPIRED_CHALLENGE })
    expect((await get(signed({ exp: undefined }))).challenge).toBe(`${INVALID}, error_description="Token has no 'exp' claim"`)
    expect((await get('\\"')).challenge).toBe(`${INVALID}, error_description="Token is invalid"`)
  })

  test('has no error code where there was no token', async () => {
    const { get } = await app()
    expect(await get()).toMatchObject({ status: 401, challenge: 'Bearer realm="api"' })
    expect((await get(undefined, '/me', { authorization: 'Basic YTpi' })).challenge).toBe('Bearer realm="api"')
  })

  test.each([{ message: 'Nobody "here"' }, new TokenError('ERR_TOKEN_EXPIRED')])(
    "keeps to itself what the app's verify says: %o",
    async (info) => {
      const blacklist = db.make()
      const refusing = new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, (_claims, done) => done(null, false, info))
      const { get } = await start(refusing, { framework })
      expect(await get(signed())).toMatchObject({ status: 401, challenge: INVALID })
    },
  )

  test('quotes the realm', async () => {
    const { get } = await start(strategy({ realm: 'a "b" \\c' }), { framework })
    expect((await get()).challenge).toBe('Bearer realm="a \\"b\\" \\\\c"')
  })

  test('is not there on any answer but a 401', async () => {
    const { get } = await app((app, passport) => {
      passport.use('anonymous', new Anonymous())
      app.get('/anonymous', passport.authenticate(['jwt', 'anonymous'], { session: false }), (_req, res) => res.json('let in'))
      app.get('/forbidden', (req, res, next) => {
        passport.authenticate('jwt', () => res.status(403).json('forbidden'))(req, res, next)
      })
      app.get('/redirect', passport.authenticate('jwt', { session: false, failureRedirect: '/login' }))
      app.get('/login', (_req, res) => res.json('log in'))
    })
    expect(await get(signed())).toMatchObject({ status: 200, challenge: null })
    expect(await get(EXPIRED, '/anonymous')).toMatchObject({ status: 200, text: '"let in"', challenge: null })
    expect(await get(EXPIRED, '/forbidden')).toMatchObject({ status: 403, challenge: null })
    expect(await get(EXPIRED, '/redirect')).toMatchObject({ status: 200, text: '"log in"', challenge: null })
  })

  test('is there however the 401 comes about', async () => {
    const answer401: ErrorRequestHandler = (_error, _req, res, _next) => res.status(401).json('by the app')
    const callback = (respond: (res: Response) => void) => (app: ReturnType<typeof framework>, passport: PassportStatic) => {
      app.get('/', (req, res, next) => passport.authenticate('jwt', () => respond(res))(req, res, next))
    }
    const ways = [
      callback((res) => res.status(401).json('no')),
      callback((res) => res.writeHead(401, { 'Content-Type': 'text/plain' }).end('no')),
      callback((res) => setTimeout(() => res.sendStatus(401), 5)),
      (app: ReturnType<typeof framework>, passport: PassportStatic) => {
        app.get('/', passport.authenticate('jwt', { session: false, failWithError: true }))
      },
      (app: ReturnType<typeof framework>, passport: PassportStatic) => {
        app.get('/', passport.authenticate('jwt', { session: false, failWithError: true }), answer401)
      },
    ]
    for (const way of ways) {
      const { get } = await app(way)
      expect(await get(EXPIRED, '/')).toMatchObject({ status: 401, challenge: EXPIRED_CHALLENGE })
    }
  })

  test.each([
    ['Bearer realm="mine"', 'Bearer realm="mine"'],
    ['bearer', 'bearer'],
    ['Digest realm="d", Bearer realm="mine"', 'Digest realm="d", Bearer realm="mine"'],
    ['Digest realm="d"', `Digest realm="d", ${EXPIRED_CHALLENGE}`],
  ])("is not doubled, and leaves the app's own: %s", async (own, expected) => {
    const { get } = await app((app, passport) => {
      app.get('/', (req, res, next) => {
        passport.authenticate('jwt', () => res.status(401).set('WWW-Authenticate', own).end())(req, res, next)
      })
    })
    expect((await get(EXPIRED, '/')).challenge).toBe(expected)
  })

  test("stands beside another strategy's", async () => {
    const { get } = await app((app, passport) => {
      passport.use('basic', new Basic())
      app.get('/before', passport.authenticate(['jwt', 'basic'], { session: false }))
      app.get('/after', passport.authenticate(['basic', 'jwt'], { session: false }))
    })
    for (const path of ['/before', '/after']) {
      expect((await get(EXPIRED, path)).challenge).toBe(`Basic realm="users", ${EXPIRED_CHALLENGE}`)
      expect((await get(undefined, path)).challenge).toBe('Basic realm="users", Bearer realm="api"')
    }
  })

  test('is one, and says most, where several of ours fail', async () => {
    const { get } = await app((app, passport) => {
      passport.use('none', strategy({ jwtFromRequest: () => null }))
      passport.use('other', strategy({ secretOrKey: 'another secret' }))
      for (const names of [
        ['jwt', 'none'],
        ['none', 'jwt'],
        ['jwt', 'other'],
        ['none', 'none', 'jwt', 'jwt', 'none'],
      ]) {
        app.get(`/${names.join('-')}`, passport.authenticate(names, { session: false }))
      }
    })
    for (const path of ['/jwt-none', '/none-jwt', '/jwt-other', '/none-none-jwt-jwt-none']) {
      expect((await get(EXPIRED, path)).challenge).toBe(EXPIRED_CHALLENGE)
    }
  })
})

describe('without a way from the request to the answer', () => {
  const db = useDatabase('sqlite')

  test('the strategy works, with no challenge', async () => {
    const passport = new Passport() as PassportStatic
    passport.use(new JwtBlacklistStrategy({ blacklist: db.make(), jwtFromRequest }, (claims, done) => done(null, claims)))
    const authenticate = passport.authenticate('jwt', { session: false })
    const server = await listen((req, res) => authenticate(req, res, (error: unknown) => res.end(error ? 'error' : 'let in')))
    try {
      expect(await request(server.url, '/', signed())).toMatchObject({ status: 200, text: 'let in' })
      expect(await request(server.url, '/', EXPIRED)).toMatchObject({ status: 401, text: 'Unauthorized', challenge: null })
      expect(await request(server.url, '/')).toMatchObject({ status: 401, challenge: null })
    } finally {
      await server.close()
    }
  })
})
