import { Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { guardedApp } from '../../support/guarded-app'
import { forged, signed } from '../../support/jwt'
import { inSeconds } from '../../support/seconds'

const CHALLENGE = 'Bearer realm="api"'
const NOT_PROVIDED = { detail: 'Authentication credentials were not provided.' }
const BAD_HEADER = { detail: 'Authorization header must contain two space-delimited values', code: 'bad_authorization_header' }

const notValid = (...messages: [token_class: string, token_type: string, message: string][]) => ({
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: messages.map(([token_class, token_type, message]) => ({ token_class, token_type, message })),
})

describe.each(DIALECTS)('authenticate() on %s', (dialect) => {
  const db = useDatabase(dialect)
  const refused = (body: object) => ({ status: 401, challenge: CHALLENGE, body })

  test('lets an access token pass, with its claims and a user made of them', async () => {
    const tokens = db.make()
    const { me, errors } = await guardedApp(tokens)
    const access = await tokens.AccessToken.forUser({ id: 'alice' })
    const { claims } = access
    expect(await me(String(access))).toMatchObject({
      status: 200,
      challenge: null,
      body: { user: { id: 'alice', claims }, auth: claims },
    })
    for (const scheme of ['bearer', 'BEARER']) expect((await me({ authorization: `${scheme}   ${access}` })).status).toBe(200)
    expect(errors).toEqual([])
  })

  test.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Basic YWxpY2U6d29uZGVybGFuZA==' }],
    ['a token without a scheme', { authorization: 'garbage' }],
    ['a scheme that begins like it', { authorization: 'Bearers garbage' }],
    ['another header', { 'x-access-token': 'Bearer garbage' }],
  ])('says that there are no credentials: %s', async (_, headers) => {
    const { me } = await guardedApp(db.make())
    expect(await me(headers)).toMatchObject(refused(NOT_PROVIDED))
  })

  test('says that the header has not two parts', async () => {
    const { me } = await guardedApp(db.make())
    for (const authorization of ['Bearer', 'bearer one two', 'Bearer , x y'])
      expect(await me({ authorization })).toMatchObject(refused(BAD_HEADER))
  })

  test.each<[string, string, string]>([
    ['garbage', 'garbage', 'Token is invalid'],
    ['a wrong key', signed({ token_type: 'access' }, 'another secret'), 'Token is invalid'],
    ['another algorithm', signed({ token_type: 'access' }, undefined, { algorithm: 'HS384' }), 'Token is invalid'],
    ['expired', signed({ token_type: 'access', exp: inSeconds(-1) }), 'Token is expired'],
    ['not yet valid', signed({ token_type: 'access', nbf: inSeconds(60) }), 'Token is not yet valid'],
    ['no exp', signed({ token_type: 'access', exp: undefined }), "Token has no 'exp' claim"],
    ['no jti', signed({ token_type: 'access', jti: undefined }), 'Token has no id'],
    ['no type', signed(), 'Token has no type'],
    ['another type', signed({ token_type: 'refresh' }), 'Token has wrong type'],
    ['no claims', forged('null'), 'Token is invalid'],
  ])('says what is wrong with the token: %s', async (_, token, message) => {
    const { me, errors } = await guardedApp(db.make())
    expect(await me(token)).toMatchObject(refused(notValid(['AccessToken', 'access', message])))
    expect(errors).toEqual([])
  })

  test('says of each class why it does not take the token', async () => {
    const tokens = db.make({ authTokenClasses: ['access', 'sliding'] })
    const { me } = await guardedApp(tokens)
    const refresh = await tokens.RefreshToken.forUser({ id: 'alice' })
    const wrong = (message: string) =>
      notValid(['AccessToken', 'access', 'Token has wrong type'], ['SlidingToken', 'sliding', message])
    expect(await me(String(refresh))).toMatchObject(refused(wrong('Token has wrong type')))
    // As there: a class whose tokens are recorded asks the blacklist before it looks at the type.
    await refresh.blacklist()
    expect(await me(String(refresh))).toMatchObject(refused(wrong('Token is blacklisted')))
    const sliding = await tokens.SlidingToken.forUser({ id: 'alice' })
    expect((await me(String(sliding))).status).toBe(200)
    await sliding.blacklist()
    expect(await me(String(sliding))).toMatchObject(refused(wrong('Token is blacklisted')))
  })

  test('refuses an access token that is blacklisted, which Simple JWT would not', async () => {
    const tokens = db.make()
    const { me } = await guardedApp(tokens)
    const access = await tokens.AccessToken.forUser({ id: 'alice' })
    await access.blacklist()
    expect(await me(String(access))).toMatchObject(refused(notValid(['AccessToken', 'access', 'Token is blacklisted'])))
  })

  test('refuses a token that names no user', async () => {
    const { me } = await guardedApp(db.make())
    const detail = 'Token contained no recognizable user identification'
    for (const sub of [undefined, null, '', {}, ['alice'], true])
      expect(await me(signed({ token_type: 'access', sub }))).toMatchObject(refused({ detail, code: 'token_not_valid' }))
  })

  test('cannot tell without the database: 503 through next', async () => {
    const access = String(await db.make().AccessToken.forUser({ id: 'alice' }))
    const nowhere = new Sequelize('mysql://root@127.0.0.1:1/nothing', { logging: false })
    const { me, errors } = await guardedApp(db.make({ sequelize: nowhere, checkTimeout: '2s' }))
    expect(await me(access)).toEqual({ status: 503, challenge: null, retryAfter: '1', body: 'error handler' })
    expect(errors).toMatchObject([{ code: 'ERR_BLACKLIST_UNAVAILABLE' }])
    expect(await me('garbage')).toMatchObject(refused(notValid(['AccessToken', 'access', 'Token is invalid'])))
    await nowhere.close()
  })
})
