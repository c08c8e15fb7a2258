import { Sequelize } from 'sequelize'
import { expect, test } from 'vitest'
import { simpleJwt, TokenBlacklist, type TokenBlacklistOptions, TokenUser } from '../../lib'
import { resolveOptions } from '../../lib/options'
import { SECRET } from '../support/blacklist'

const sequelize = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
const make = (options: object) =>
  new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false, ...options } as TokenBlacklistOptions)
const names = (option: string) => expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(`^${option} `) })

const NO_NAMES = ['', 5, null, true, ['a'], {}]
const NO_BOOLEANS = ['true', 1, 0, null, 'false', {}]
const NO_FUNCTIONS = ['f', 5, null, {}, true]

test.each<[string, unknown[]]>([
  ['findUser', [...NO_FUNCTIONS, false]],
  ['userAuthenticationRule', NO_FUNCTIONS],
  ['checkUserIsActive', NO_BOOLEANS],
  // An arrow function cannot be called with `new`.
  ['tokenUserClass', [...NO_FUNCTIONS, () => ({}), async () => {}]],
  ['onLoginSuccess', NO_FUNCTIONS],
  ['onLoginFailed', NO_FUNCTIONS],
  ['checkRevokeToken', NO_BOOLEANS],
  ['revokeTokenClaim', NO_NAMES],
  ['passwordField', NO_NAMES],
  ['authHeaderTypes', ['Bearer', null, [], [''], [5], ['Bearer realm'], ['Bearer', 'a"b'], [['Bearer']]]],
  ['authHeaderName', [...NO_NAMES, 'x access', 'x:y', 'authorization\n', 'HTTP_AUTHORIZATION']],
  ['authTokenClasses', ['access', null, [], ['refresh'], ['Access'], [5], ['access', undefined]]],
  ['djangoTables', NO_BOOLEANS],
])('refuses what is no %s, and names it', (option, values) => {
  const findUser = () => null
  for (const value of values) expect(() => make({ findUser, [option]: value })).toThrow(names(option))
})

test('wants a findUser where it is to compare passwords', () => {
  expect(() => make({ checkRevokeToken: true })).toThrow(names('findUser'))
  expect(make({ checkRevokeToken: true, findUser: () => null }).settings.checkRevokeToken).toBe(true)
})

test('has the defaults that it says it has, of Simple JWT', () => {
  expect(resolveOptions({ sequelize })).toMatchObject({
    findUser: undefined,
    checkUserIsActive: true,
    tokenUserClass: TokenUser,
    onLoginSuccess: undefined,
    onLoginFailed: undefined,
    checkRevokeToken: false,
    revokeTokenClaim: 'hash_password',
    authHeaderTypes: ['Bearer'],
    authHeaderName: 'authorization',
    authTokenClasses: ['access'],
    djangoTables: false,
  })
})

test('the preset is a plain object that says what Django has, and can be changed', () => {
  expect(Object.getPrototypeOf(simpleJwt)).toBe(Object.prototype)
  const { settings, models } = make({ ...simpleJwt, sequelize: new Sequelize({ dialect: 'sqlite', logging: false }) })
  expect(settings).toMatchObject({
    userIdClaim: 'user_id',
    rotateRefreshTokens: false,
    blacklistAfterRotation: false,
    djangoTables: true,
    accessTokenLifetime: 300,
    refreshTokenLifetime: 86_400,
    slidingTokenLifetime: 300,
    slidingTokenRefreshLifetime: 86_400,
    algorithm: 'HS256',
    leeway: 0,
  })
  expect(models.OutstandingToken.tableName).toBe('token_blacklist_outstandingtoken')
  expect(models.BlacklistedToken.tableName).toBe('token_blacklist_blacklistedtoken')
  const changed = { ...simpleJwt, sequelize: new Sequelize({ dialect: 'sqlite', logging: false }), rotateRefreshTokens: true }
  expect(make(changed).settings).toMatchObject({ rotateRefreshTokens: true, userIdClaim: 'user_id' })
})
