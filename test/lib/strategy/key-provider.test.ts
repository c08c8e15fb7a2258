import { createSecretKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type JwtBlacklistStrategyOptions, TokenError } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'
import { forged, hs256, rsaKeys, signed, unsigned } from '../../support/jwt'

type Provider = NonNullable<JwtBlacklistStrategyOptions['secretOrKeyProvider']>
type Done = Parameters<Provider>[2]

const named = (name: string, properties: object = {}) => Object.assign(new Error('of the provider'), { name, ...properties })

describe('secretOrKeyProvider', () => {
  const db = useDatabase('sqlite')
  const start = useApps()
  const logged: unknown[][] = []
  const app = (provide: (done: Done) => unknown, options: Partial<JwtBlacklistStrategyOptions> = {}) => {
    logged.length = 0
    const blacklist = db.make({ signingKey: 'k'.repeat(32), logger: { error: (...args) => logged.push(args) } })
    const secretOrKeyProvider: Provider = (_request, _encoded, done) => provide(done) as undefined
    return start(
      new JwtBlacklistStrategy({ blacklist, jwtFromRequest, secretOrKeyProvider, ...options }, (claims, done) =>
        done(null, claims),
      ),
    )
  }

  test.each([
    ['a secret', (done: Done) => done(null, SECRET)],
    ['a secret, later', (done: Done) => setTimeout(done, 5, null, SECRET)],
    ['a Buffer', (done: Done) => done(null, Buffer.from(SECRET))],
    ['a KeyObject', (done: Done) => done(null, createSecretKey(Buffer.from(SECRET)) as unknown as Buffer)],
  ])('may give %s', async (_, provide) => {
    const { get } = await app(provide)
    expect((await get(signed())).status).toBe(200)
    expect((await get(signed({}, 'another secret'))).status).toBe(401)
    expect((await get(signed({}, 'k'.repeat(32)))).status).toBe(401)
  })

  const failure = new Error('of the provider')
  test.each([
    ['an error', (done: Done) => done(failure), failure],
    ['an error, later', (done: Done) => setTimeout(done, 5, failure), failure],
    ['a text for an error', (done: Done) => done('no'), 'no'],
    [
      'a throw',
      () => {
        throw failure
      },
      failure,
    ],
    [
      'a rejection',
      async () => {
        throw failure
      },
      failure,
    ],
    ['a rejection without a reason', () => Promise.reject(), expect.any(Error)],
    ["the key server's own 401", (done: Done) => done(named('AxiosError', { status: 401, statusCode: 401 })), expect.any(Error)],
    ['an empty key', (done: Done) => done(null, Buffer.alloc(0)), expect.any(TypeError)],
    ['a spoilt PEM', (done: Done) => done(null, rsaKeys().publicKey.replaceAll('\n', ' \\n')), expect.any(TypeError)],
  ])('that gives %s is no fault of the token: 503', async (_, provide, cause) => {
    const { get, errors, decide } = await app(provide)
    expect(await get(signed())).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/), challenge: null })
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ code: 'ERR_KEY_UNAVAILABLE', status: 503, statusCode: 503, cause })
    expect(await decide(signed())).toMatchObject({ error: { code: 'ERR_KEY_UNAVAILABLE' }, user: undefined })
  })

  test('that asks a server which is down is a 503', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const { get } = await app(async (done) => done(null, await (await fetch(`http://127.0.0.1:${port}`)).text()))
    expect((await get(signed())).status).toBe(503)
  })

  test.each([
    ['no key', (done: Done) => done(null), 'JsonWebTokenError'],
    ['null', (done: Done) => done(null, null as unknown as string), 'JsonWebTokenError'],
    ['an empty text', (done: Done) => done(null, ''), 'JsonWebTokenError'],
    ['SigningKeyNotFoundError', (done: Done) => done(named('SigningKeyNotFoundError')), 'SigningKeyNotFoundError'],
    ['JsonWebTokenError', (done: Done) => done(new jwt.JsonWebTokenError('unknown kid')), 'JsonWebTokenError'],
    ['TokenError', (done: Done) => done(new TokenError('ERR_TOKEN_INVALID')), 'TokenError'],
    ['UnauthorizedError', (done: Done) => done(named('UnauthorizedError', { status: 401 })), 'JsonWebTokenError'],
    ['a rejection with TokenError', () => Promise.reject(new TokenError('ERR_TOKEN_INVALID')), 'TokenError'],
  ])('that gives %s knows no key for the token: 401', async (_, provide, name) => {
    const { get, decide, errors } = await app(provide)
    expect(await get(signed())).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
    const { info } = await decide(signed())
    expect(info).toBeInstanceOf(Error)
    expect(info).toMatchObject({ name, code: 'ERR_TOKEN_INVALID' })
    expect(errors).toEqual([])
  })

  test.each([
    ['rubbish', 'rubbish'],
    ['two parts', signed().split('.').slice(0, 2).join('.')],
    ['a payload that is no JSON', forged('{no')],
    ['a payload that is no object', forged('"text"')],
    ['a payload that is null', hs256({ alg: 'HS256', typ: 'JWT' }, 'null', SECRET)],
    ['no signature', unsigned({ alg: 'HS256' }, { sub: 'alice' })],
    ['alg none', unsigned({ alg: 'none' }, { sub: 'alice' })],
    ['an alg that nobody knows', hs256({ alg: 'XX999' }, { sub: 'alice' }, SECRET)],
    ['an algorithm that the app does not take', signed({}, SECRET, { algorithm: 'HS512' })],
  ])('is not asked about %s', async (_, token) => {
    let asked = 0
    const provide = (done: Done) => {
      asked++
      done(null, SECRET)
    }
    for (const options of [{ algorithms: ['HS256' as const] }, { jsonWebTokenOptions: { algorithms: ['HS256' as const] } }]) {
      const { get, decide } = await app(provide, options)
      expect((await get(token)).status).toBe(401)
      expect((await decide(token)).info).toMatchObject({ name: 'JsonWebTokenError', code: 'ERR_TOKEN_INVALID' })
    }
    expect(asked).toBe(0)
  })

  test('is not asked where there is no token', async () => {
    const { decide } = await app(() => expect.unreachable())
    expect((await decide()).info).toMatchObject({ code: 'ERR_TOKEN_MISSING' })
  })

  test('that calls back twice counts once', async () => {
    const { get, errors } = await app((done) => [done(null, SECRET), done(failure), done(null, 'another secret')])
    expect((await get(signed())).status).toBe(200)
    expect(errors).toEqual([])
    expect(logged).toEqual([[expect.stringContaining('secretOrKeyProvider'), expect.objectContaining({ cause: failure })]])
  })

  test('that fails first stays failed', async () => {
    const { get } = await app((done) => [done(failure), done(null, SECRET)])
    expect((await get(signed())).status).toBe(503)
  })

  test('that gives a public key has no HMAC signature accepted', async () => {
    const { publicKey, privateKey } = rsaKeys()
    const { get } = await app((done) => done(null, publicKey))
    const token = signed({}, privateKey, { algorithm: 'RS256' })
    expect((await get(token)).status).toBe(200)
    expect((await get(hs256({ alg: 'HS256', typ: 'JWT' }, jwt.decode(token), publicKey))).status).toBe(401)
  })
})
