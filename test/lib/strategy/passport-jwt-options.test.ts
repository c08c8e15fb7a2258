import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type JwtBlacklistStrategyOptions, type TokenBlacklist } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'
import { HOUR, signed } from '../../support/jwt'

const seconds = () => Math.floor(Date.now() / 1000)

describe('the options of passport-jwt', () => {
  const db = useDatabase('sqlite')
  const start = useApps()
  const app = (options: Partial<JwtBlacklistStrategyOptions>, blacklist: TokenBlacklist = db.make()) =>
    start(new JwtBlacklistStrategy({ jwtFromRequest, ...options, blacklist }, (claims, done) => done(null, claims)))

  test('passReqToCallback puts the request first', async () => {
    const options = { blacklist: db.make(), jwtFromRequest, passReqToCallback: true } as const
    const { get } = await start(
      new JwtBlacklistStrategy(options, (req: IncomingMessage, claims, done) => done(null, { path: req.url, id: claims.sub })),
    )
    expect((await get(signed())).text).toBe('{"path":"/me","id":"alice"}')
  })

  test('secretOrKeyProvider is given the request and the token', async () => {
    const seen: unknown[] = []
    const { get } = await app({
      secretOrKeyProvider: (request: IncomingMessage, encoded, done) => {
        seen.push(request.url, encoded)
        done(null, 'the key of a provider')
      },
    })
    const token = signed({}, 'the key of a provider')
    expect((await get(token)).status).toBe(200)
    expect(seen).toEqual(['/me', token])
    expect((await get(signed({}, SECRET))).status).toBe(401)
  })

  test.each([
    ['issuer', { issuer: 'me' }, { iss: 'me' }, { iss: 'you' }],
    ['several issuers', { issuer: ['me', 'us'] }, { iss: 'us' }, {}],
    ['audience', { audience: 'here' }, { aud: ['there', 'here'] }, { aud: 'there' }],
    ['several audiences', { audience: ['here', 'there'] }, { aud: 'there' }, {}],
    ['jsonWebTokenOptions.issuer', { jsonWebTokenOptions: { issuer: 'me' } }, { iss: 'me' }, { iss: 'you' }],
    ['jsonWebTokenOptions.audience', { jsonWebTokenOptions: { audience: /^her/ } }, { aud: 'here' }, { aud: 'there' }],
    ['jsonWebTokenOptions.subject', { jsonWebTokenOptions: { subject: 'bob' } }, { sub: 'bob' }, { sub: 'alice' }],
    ['jsonWebTokenOptions.maxAge', { jsonWebTokenOptions: { maxAge: '1m' } }, { iat: seconds() }, { iat: seconds() - HOUR }],
    [
      'jsonWebTokenOptions.clockTolerance',
      { jsonWebTokenOptions: { clockTolerance: HOUR } },
      { exp: seconds() - 60 },
      { exp: seconds() - 2 * HOUR },
    ],
  ] satisfies [string, Partial<JwtBlacklistStrategyOptions>, object, object][])('%s is kept', async (_, options, good, bad) => {
    for (const withKey of [{ ...options, secretOrKey: SECRET }, options]) {
      const { get } = await app(withKey)
      expect((await get(signed(good))).status).toBe(200)
      expect((await get(signed(bad))).status).toBe(401)
    }
  })

  test.each([
    ['algorithms', { algorithms: ['HS384' as const] }],
    ['jsonWebTokenOptions.algorithms', { jsonWebTokenOptions: { algorithms: ['HS384' as const] } }],
  ])('%s is kept', async (_, options) => {
    for (const withKey of [{ ...options, secretOrKey: SECRET }, options]) {
      const { get } = await app(withKey)
      expect((await get(signed({}, SECRET, { algorithm: 'HS384' }))).status).toBe(200)
      expect((await get(signed())).status).toBe(401)
    }
  })

  test('jsonWebTokenOptions.complete gives verify the header too, and the blacklist is still asked', async () => {
    const blacklist = db.make()
    const { get } = await app({ jsonWebTokenOptions: { complete: true } }, blacklist)
    const token = signed({ jti: 'complete', exp: 2 ** 32 })
    const { status, text } = await get(token)
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      header: { alg: 'HS256' },
      payload: { jti: 'complete' },
      signature: expect.any(String),
    })
    await blacklist.blacklist(token)
    expect((await get(token)).status).toBe(401)
    expect((await get(signed({ jti: undefined, payload: { jti: 'inner', exp: 2 ** 32 } }))).status).toBe(401)
  })

  test('a complete that is merely truthy is none, as in jsonwebtoken', async () => {
    const blacklist = db.make()
    const { get } = await app({ jsonWebTokenOptions: { complete: 1 as unknown as true } }, blacklist)
    const token = signed({ payload: { jti: 'another', exp: 2 ** 32 } })
    expect((await get(token)).status).toBe(200)
    await blacklist.blacklist(token)
    expect((await get(token)).status).toBe(401)
  })
})

describe('with no secretOrKey', () => {
  const db = useDatabase('sqlite')
  const start = useApps()

  test("the blacklist's algorithm, issuer, audience and leeway hold", async () => {
    const blacklist = db.make({ algorithm: 'HS384', issuer: 'me', audience: ['here', 'there'], leeway: '1m' })
    const { get } = await start(new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, (claims, done) => done(null, claims)))
    const good = { iss: 'me', aud: 'there' }
    const statusOf = async (claims: object, algorithm: 'HS256' | 'HS384' = 'HS384') =>
      (await get(signed({ ...good, ...claims }, SECRET, { algorithm }))).status
    expect(await statusOf({})).toBe(200)
    expect(await statusOf({}, 'HS256')).toBe(401)
    expect(await statusOf({ iss: 'you' })).toBe(401)
    expect(await statusOf({ aud: 'elsewhere' })).toBe(401)
    expect(await statusOf({ exp: seconds() - 30 })).toBe(200)
    expect(await statusOf({ exp: seconds() - 90 })).toBe(401)
    expect(await statusOf({ nbf: seconds() + 30 })).toBe(200)
  })

  test.each([{}, { issuer: '', audience: '' }, { jsonWebTokenOptions: { clockTolerance: undefined } }])(
    'they hold against options that say nothing: %j',
    async (options) => {
      const blacklist = db.make({ issuer: 'me', audience: 'here', leeway: '1m' })
      const strategy = new JwtBlacklistStrategy({ blacklist, jwtFromRequest, ...options }, (claims, done) => done(null, claims))
      const { get } = await start(strategy)
      expect((await get(signed({ iss: 'me', aud: 'here', exp: seconds() - 30 }))).status).toBe(200)
      expect((await get(signed({ iss: 'me' }))).status).toBe(401)
      expect((await get(signed({ aud: 'here' }))).status).toBe(401)
    },
  )

  test("the blacklist's clock is the strategy's", async () => {
    let now = Date.UTC(2020, 0, 1)
    const blacklist = db.make({ clock: () => now })
    const { get } = await start(new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, (claims, done) => done(null, claims)))
    const { access } = await blacklist.obtainPair({ id: 1 })
    expect((await get(access)).status).toBe(200)
    now += 300_000
    expect((await get(access)).status).toBe(401)
  })

  test('the issued tokens are accepted until one is blacklisted', async () => {
    const blacklist = db.make()
    const { get } = await start(new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, (claims, done) => done(null, claims)))
    const { access, refresh } = await blacklist.obtainPair({ id: 1 })
    expect((await get(access)).status).toBe(200)
    expect((await get(refresh)).status).toBe(401)
    expect((await get(String(await blacklist.SlidingToken.forUser({ id: 1 })))).status).toBe(200)
    await blacklist.blacklist(access)
    expect((await get(access)).status).toBe(401)
  })
})
