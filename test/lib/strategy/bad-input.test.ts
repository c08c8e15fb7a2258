import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type JwtBlacklistStrategyOptions, type TokenErrorCode } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { ecKeys, forged, hs256, signed, unsigned } from '../../support/jwt'

type Row = [name: string, token: string | undefined, code: TokenErrorCode, info?: string, message?: string]

const now = () => Math.floor(Date.now() / 1000)
const HEADER = { alg: 'HS256', typ: 'JWT' }
const good = { sub: 'alice', jti: 'good', exp: 2 ** 32 }
const [head, payload, signature] = signed().split('.') as [string, string, string]
const foreign = ecKeys()

const ROWS: Row[] = [
  ['none', undefined, 'ERR_TOKEN_MISSING', 'Error', 'No auth token'],
  ['one that is no JWT', 'rubbish', 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'jwt malformed'],
  ['two parts', `${head}.${payload}`, 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'jwt malformed'],
  ['empty parts', '..', 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid token'],
  ['a header that is no JSON', `YQ.${payload}.${signature}`, 'ERR_TOKEN_INVALID', 'JsonWebTokenError'],
  ['a header that is null', `bnVsbA.${payload}.${signature}`, 'ERR_TOKEN_INVALID', 'JsonWebTokenError'],
  ['a header that is a number', `NQ.${payload}.${signature}`, 'ERR_TOKEN_INVALID', 'JsonWebTokenError'],
  ['a payload that is no JSON', forged('{not json'), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid token'],
  ['a payload that is a string', forged('"text"'), 'ERR_TOKEN_INVALID'],
  ['a payload that is a number', forged('5'), 'ERR_TOKEN_INVALID'],
  ['a payload that is an array', forged('[]'), 'ERR_TOKEN_NO_EXP'],
  ['no signature', `${head}.${payload}.`, 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'jwt signature is required'],
  [
    'alg none',
    unsigned({ alg: 'none', typ: 'JWT' }, good),
    'ERR_TOKEN_INVALID',
    'JsonWebTokenError',
    'jwt signature is required',
  ],
  [
    'alg none and a signature',
    hs256({ alg: 'none' }, good, SECRET),
    'ERR_TOKEN_INVALID',
    'JsonWebTokenError',
    'invalid algorithm',
  ],
  ['alg NONE', hs256({ alg: 'NONE' }, good, SECRET), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid algorithm'],
  ['no alg', hs256({ typ: 'JWT' }, good, SECRET), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid algorithm'],
  ['an alg that is an array', hs256({ alg: ['HS256'] }, good, SECRET), 'ERR_TOKEN_INVALID', 'JsonWebTokenError'],
  ['another secret', signed({}, 'another secret'), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid signature'],
  [
    'another algorithm',
    signed({}, SECRET, { algorithm: 'HS512' }),
    'ERR_TOKEN_INVALID',
    'JsonWebTokenError',
    'invalid algorithm',
  ],
  ['another kind of key', signed({}, foreign.privateKey, { algorithm: 'ES256' }), 'ERR_TOKEN_INVALID', 'JsonWebTokenError'],
  ['an altered payload', `${head}.${forged(good, 'x').split('.')[1]}.${signature}`, 'ERR_TOKEN_INVALID', 'JsonWebTokenError'],
  ['an exp that is over', signed({ exp: now() - 10 }), 'ERR_TOKEN_EXPIRED', 'TokenExpiredError', 'jwt expired'],
  ['an nbf to come', signed({ nbf: now() + 60 }), 'ERR_TOKEN_NOT_ACTIVE', 'NotBeforeError', 'jwt not active'],
  ['an nbf that is no number', signed({ nbf: 'now' }), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid nbf value'],
  ['no exp', signed({ exp: undefined }), 'ERR_TOKEN_NO_EXP', 'TokenError'],
  ['an exp that is a string', signed({ exp: '4294967296' }), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid exp value'],
  ['an exp that is null', signed({ exp: null }), 'ERR_TOKEN_INVALID', 'JsonWebTokenError', 'invalid exp value'],
  ['an infinite exp', hs256(HEADER, '{"jti":"infinite","exp":1e999}', SECRET), 'ERR_TOKEN_NO_EXP', 'TokenError'],
  ['no jti', signed({ jti: undefined }), 'ERR_TOKEN_NO_JTI', 'TokenError', 'Token has no id'],
  ...[
    null,
    '',
    5,
    true,
    {},
    ['jti'],
    'j'.repeat(256),
    ' jti',
    'jti ',
    'jti\n',
    '\tjti',
    'jti\u00a0',
    '\u0001jti',
    'j\0ti',
    'j\ud800ti',
  ].map((jti): Row => [`the jti ${JSON.stringify(jti)}`, signed({ jti }), 'ERR_TOKEN_NO_JTI', 'TokenError']),
  ...['refresh', 'password reset', '', null, 0, ['access'], { access: true }].map(
    (type): Row => [`the type ${JSON.stringify(type)}`, signed({ token_type: type }), 'ERR_TOKEN_WRONG_TYPE', 'TokenError'],
  ),
]

describe.each(DIALECTS)('a bad token on %s', (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()
  const app = (options: Partial<JwtBlacklistStrategyOptions> = {}) =>
    start(new JwtBlacklistStrategy({ jwtFromRequest, blacklist: db.make(), ...options }, (claims, done) => done(null, claims)))

  test.each(ROWS)('is refused with a reason: %s', async (_, token, code, name, message) => {
    const { get, decide, errors } = await app()
    expect(await get(token)).toMatchObject({ status: 401, text: 'Unauthorized', retryAfter: null })
    const { error, user, info } = await decide(token)
    expect({ error, user }).toEqual({ error: null, user: false })
    expect(info).toBeInstanceOf(Error)
    expect(info).toMatchObject({ code, ...(name && { name }), ...(message && { message }) })
    expect(errors).toEqual([])
  })

  test('does not spoil the next one', async () => {
    const { get } = await app()
    await Promise.all(ROWS.map(([, token]) => get(token)))
    expect((await get(signed({ jti: 'j'.repeat(255) }))).status).toBe(200)
    expect((await get(signed({ jti: 'a b\u00e9\u{1f600}' }))).status).toBe(200)
  })

  test('is refused as blacklisted, by its jti or by its session', async () => {
    const blacklist = db.make()
    const { get, decide } = await app({ blacklist })
    const [byJti, bySid] = [signed({ jti: 'J1' }), signed({ sid: 'S1' })]
    for (const token of [byJti, bySid]) expect((await get(token)).status).toBe(200)
    for (const jti of ['J1', 'S1']) await blacklist.blacklist({ jti, exp: now() + 60 })
    for (const token of [byJti, bySid]) {
      expect((await get(token)).status).toBe(401)
      expect((await decide(token)).info).toMatchObject({ name: 'TokenError', code: 'ERR_TOKEN_BLACKLISTED' })
    }
    for (const other of [{ jti: 'j1' }, { jti: 'J1x' }, { sid: 's1' }, { sid: ['S1'] }, { sid: 5 }, { sid: 'S1 ' }]) {
      expect((await get(signed(other))).status).toBe(200)
    }
  })

  test('is refused by its type where tokenTypes says so', async () => {
    const { get, decide } = await app({ tokenTypes: ['refresh'] })
    expect((await get(signed({ token_type: 'refresh' }))).status).toBe(200)
    expect((await decide(signed({ token_type: 'access' }))).info).toMatchObject({ code: 'ERR_TOKEN_WRONG_TYPE' })
    expect((await decide(signed())).info).toMatchObject({ code: 'ERR_TOKEN_NO_TYPE' })
  })

  test('is refused where the extractor finds no string', async () => {
    for (const found of [['a'], { a: 1 }, 5, true, Promise.resolve('a')]) {
      const { decide } = await app({ jwtFromRequest: () => found as unknown as string })
      expect((await decide()).info).toMatchObject({ message: 'jwt must be a string', code: 'ERR_TOKEN_INVALID' })
    }
  })

  test('is refused where its signature is of another length than its algorithm makes', async () => {
    const blacklist = db.make({ algorithm: 'ES256', signingKey: foreign.privateKey })
    const { get, decide } = await app({ blacklist })
    const token = signed({}, foreign.privateKey, { algorithm: 'ES256' })
    expect((await get(token)).status).toBe(200)
    for (const cut of [token.slice(0, -4), `${token}AAAA`]) {
      const { info } = await decide(cut)
      expect(info).toBeInstanceOf(jwt.JsonWebTokenError)
      expect(info).toMatchObject({ code: 'ERR_TOKEN_INVALID' })
      expect((await get(cut)).challenge).toContain('error_description="Token is invalid"')
    }
  })
})
