import fc from 'fast-check'
import { Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { TokenBlacklist, type TokenBlacklistOptions } from '../../lib'
import { resolveOptions } from '../../lib/options'
import { SECRET } from '../support/blacklist'
import { seeded } from '../support/random'

const sequelize = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
const make = (options: object) =>
  new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false, ...options } as TokenBlacklistOptions)
const names = (option: string) =>
  expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(`^${option.replace('.', '\\.')} `) })

test('has the defaults that it says it has', () => {
  const { logger, clock, ...settings } = resolveOptions({ sequelize })
  expect(settings).toMatchObject({
    algorithm: 'HS256',
    accessTokenLifetime: 300,
    refreshTokenLifetime: 86_400,
    slidingTokenLifetime: 300,
    slidingTokenRefreshLifetime: 86_400,
    leeway: 0,
    rotateRefreshTokens: true,
    blacklistAfterRotation: true,
    userIdField: 'id',
    userIdClaim: 'sub',
    tokenTypeClaim: 'token_type',
    jtiClaim: 'jti',
    slidingTokenRefreshExpClaim: 'refresh_exp',
    tableNames: { outstandingTokens: 'outstanding_tokens', blacklistedTokens: 'blacklisted_tokens' },
    storeTokens: false,
    checkTimeout: 5,
    flushSchedule: '0 3 * * *',
    flushMargin: 86_400,
  })
  expect(logger).toBe(console)
  expect(Math.abs(clock() - Date.now())).toBeLessThan(60_000)
})

test('takes an option that is undefined for one that was not given', () => {
  const { accessTokenLifetime, tableNames, issuer } = resolveOptions({
    sequelize,
    accessTokenLifetime: undefined,
    issuer: undefined,
    tableNames: { outstandingTokens: undefined, blacklistedTokens: 'revoked' },
  })
  expect(accessTokenLifetime).toBe(300)
  expect(issuer).toBeUndefined()
  expect(tableNames).toEqual({ outstandingTokens: 'outstanding_tokens', blacklistedTokens: 'revoked' })
})

describe('cache', () => {
  test('is off by default, and has defaults of its own', () => {
    expect(resolveOptions({ sequelize }).cache).toBeUndefined()
    expect(resolveOptions({ sequelize, cache: {} }).cache).toEqual({ maxAge: 1, max: 100_000 })
    expect(resolveOptions({ sequelize, cache: { maxAge: '2m', max: 7 } }).cache).toEqual({ maxAge: 120, max: 7 })
  })

  test.each([null, true, '1s', 5, []])('is refused as %j', (cache) => {
    expect(() => make({ cache })).toThrow(names('cache'))
  })

  test.each([
    ['maxAge', 0],
    ['maxAge', '-1s'],
    ['maxAge', '2d'],
    ['maxAge', null],
    ['max', 0],
    ['max', 1.5],
    ['max', '10'],
    ['max', 1e12],
    ['maxage', 1],
  ])('is refused with %s: %j', (option, value) => {
    expect(() => make({ cache: { [option]: value } })).toThrow(names(`cache.${option}`))
  })
})

describe.each([
  'accessTokenLifetime',
  'refreshTokenLifetime',
  'slidingTokenLifetime',
  'slidingTokenRefreshLifetime',
  'leeway',
  'checkTimeout',
  'flushMargin',
])('%s', (option) => {
  test.each([
    '',
    ' ',
    '5 parsecs',
    '-5m',
    'm',
    '120',
    '1e400s',
    '9999999y',
    -1,
    Number.NaN,
    Infinity,
    1e300,
    null,
    true,
    {},
    [],
    ['5m'],
    5n,
    () => 5,
  ])('cannot be %o', (value) => {
    expect(() => make({ [option]: value })).toThrow(names(option))
  })

  test('can be a number of seconds or a string with a unit', () => {
    for (const [value, seconds] of [
      [90, 90],
      ['90s', 90],
      ['2 minutes', 120],
      ['1.5h', 5400],
    ] as const) {
      expect(make({ flushMargin: '1d', [option]: value }).settings).toMatchObject({ [option]: seconds })
    }
  })
})

test('wants lifetimes and a time limit that are more than nothing', () => {
  for (const option of ['accessTokenLifetime', 'refreshTokenLifetime', 'slidingTokenLifetime', 'slidingTokenRefreshLifetime']) {
    for (const value of [0, 0.5, '500ms']) expect(() => make({ [option]: value })).toThrow(names(option))
  }
  for (const value of [0, '30d']) expect(() => make({ checkTimeout: value })).toThrow(names('checkTimeout'))
  expect(make({ leeway: 0, flushMargin: 0 }).settings).toMatchObject({ leeway: 0, flushMargin: 0 })
})

test('wants a leeway that ends before the flush', () => {
  expect(() => make({ leeway: '1d' })).toThrow(names('leeway'))
  expect(() => make({ leeway: 5, flushMargin: 5 })).toThrow(names('leeway'))
  expect(make({ leeway: 4, flushMargin: 5 }).settings.leeway).toBe(4)
})

test.each<[string, unknown[]]>([
  ['sequelize', [undefined, null, {}, 'mysql://localhost']],
  ['algorithm', ['none', 'hs256', 'EdDSA', '', null, ['HS256']]],
  ['issuer', ['', 5, null, ['a']]],
  ['audience', ['', 5, null, [], [''], [5]]],
  ['rotateRefreshTokens', ['false', 0, null]],
  ['blacklistAfterRotation', ['false', 0, null]],
  ['storeTokens', ['true', 1, null]],
  ['userIdField', ['', 5, null]],
  ['userIdClaim', ['', 5, null]],
  ['tokenTypeClaim', ['', 5, null]],
  ['jtiClaim', ['', 5, null]],
  ['slidingTokenRefreshExpClaim', ['', 5, null]],
  ['tableNames', [null, 'tokens', 5, []]],
  ['tableNames.outstandingTokens', [{ outstandingTokens: '' }, { outstandingTokens: 5 }, { outstandingTokens: null }]],
  ['tableNames.outstanding', [{ outstanding: 'tokens' }]],
  ['flushSchedule', ['', true, 5, null, 'every day', '61 * * * *', '0 0 31 2 *']],
  ['logger', [null, {}, 'console', { error: 'x' }]],
  ['clock', [null, 5, new Date()]],
])('refuses what is no %s, and names it', (option, values) => {
  for (const value of values) expect(() => make({ [option.split('.')[0] as string]: value })).toThrow(names(option))
})

test('refuses an option that it does not know', () => {
  const { logger, clock, ...settings } = resolveOptions({ sequelize })
  const known = Object.keys({ ...settings, logger, clock, sequelize, signingKey: '', verifyingKey: '' })
  const unknown = fc.oneof(
    fc.constantFrom('accessTokenLifeTime', 'ACCESS_TOKEN_LIFETIME', 'toString', 'constructor', 'hasOwnProperty'),
    fc.string().filter((name) => !known.includes(name) && name !== '__proto__'),
  )
  fc.assert(
    fc.property(unknown, (name) => {
      expect(() => make({ [name]: 1 })).toThrow(new TypeError(`${name} is not an option of TokenBlacklist`))
    }),
    seeded(),
  )
})

test('refuses a key that is missing, and a dialect for which it has no SQL', () => {
  expect(() => make({ signingKey: undefined })).toThrow(names('signingKey'))
  expect(() => make({ sequelize: { getDialect: () => 'mssql' } })).toThrow(names('sequelize'))
})

test('never shows a key in its errors', () => {
  for (const options of [{ algorithm: 'RS256' }, { algorithm: 'none' }, { clock: 5 }]) {
    expect(() => make(options)).toThrow(expect.objectContaining({ stack: expect.not.stringContaining(SECRET) }))
  }
})

test('sessionLifetime wants sessions', () => {
  expect(() => make({ sessions: false, sessionLifetime: '1h' })).toThrow(names('sessions'))
  expect(resolveOptions({ sequelize, sessionLifetime: '1h' }).sessionLifetime).toBe(3600)
})

test.each([
  ['sessions', 'yes'],
  ['sessions', null],
  ['sessionLifetime', 0],
  ['sessionLifetime', '-1h'],
  ['sessionLifetime', true],
  ['rotationGracePeriod', -1],
  ['rotationGracePeriod', 'soon'],
  ['rotationGracePeriod', Number.NaN],
])('%s is refused as %j', (option, value) => {
  expect(() => make({ [option]: value })).toThrow(names(option))
})
