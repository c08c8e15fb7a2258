import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type JwtBlacklistStrategyOptions } from '../../../lib'
import { jwtFromRequest } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'

const verify = () => {}
const HOUR = 3600

describe('a strategy that would be no good', () => {
  const db = useDatabase('sqlite')
  const make = (options: object, callback: unknown = verify) =>
    new JwtBlacklistStrategy(
      { blacklist: db.make({ flushMargin: '1h' }), jwtFromRequest, ...options } as JwtBlacklistStrategyOptions,
      callback as typeof verify,
    )

  test.each([
    ['ignoreExpiration', { ignoreExpiration: true }],
    ['ignoreExpiration', { jsonWebTokenOptions: { ignoreExpiration: true } }],
    ['clockTimestamp', { jsonWebTokenOptions: { clockTimestamp: 1 } }],
    ['clockTimestamp', { jsonWebTokenOptions: { clockTimestamp: 0 } }],
    ['clockTolerance', { jsonWebTokenOptions: { clockTolerance: HOUR } }],
    ['clockTolerance', { jsonWebTokenOptions: { clockTolerance: Number.POSITIVE_INFINITY } }],
    ['clockTolerance', { jsonWebTokenOptions: { clockTolerance: Number.NaN } }],
    ['clockTolerance', { jsonWebTokenOptions: { clockTolerance: '10' } }],
    ['clockTolerance', { jsonWebTokenOptions: { clockTolerance: [10] } }],
    ['clockTolerance', { secretOrKey: SECRET, jsonWebTokenOptions: { clockTolerance: 2 * HOUR } }],
    ['blacklist', { blacklist: undefined }],
    ['blacklist', { blacklist: {} }],
    ['blacklist', { blacklist: { isBlacklisted: () => false } }],
    ['jwtFromRequest', { jwtFromRequest: undefined }],
    ['jwtFromRequest', { jwtFromRequest: 'authorization' }],
    ['secretOrKeyProvider', { secretOrKeyProvider: SECRET }],
    ['exclude each other', { secretOrKey: SECRET, secretOrKeyProvider: verify }],
    ['jti', { jti: 'optional' }],
    ['tokenTypes', { tokenTypes: [] }],
    ['tokenTypes', { tokenTypes: 'access' }],
    ['tokenTypes', { tokenTypes: [undefined] }],
    ['realm', { realm: 'a\r\nSet-Cookie: b' }],
    ['realm', { realm: 'é' }],
    ['realm', { realm: 5 }],
  ])('is refused by a TypeError about %s: %o', (option, options) => {
    expect(() => make(options)).toThrow(TypeError)
    expect(() => make(options)).toThrow(option)
  })

  test('is refused without options or verify', () => {
    expect(() => new JwtBlacklistStrategy(undefined as unknown as JwtBlacklistStrategyOptions, verify)).toThrow('options')
    expect(() => make({}, null)).toThrow('verify')
    expect(() => make({}, 'verify')).toThrow('verify')
  })

  test('is not mistaken for one that is', () => {
    make({ ignoreExpiration: false, jsonWebTokenOptions: { clockTolerance: HOUR - 1, ignoreExpiration: false } })
    make({ jsonWebTokenOptions: { clockTolerance: 0 } })
    make({ jsonWebTokenOptions: null, secretOrKey: null, secretOrKeyProvider: null })
    make({ secretOrKey: SECRET, secretOrKeyProvider: undefined })
    expect(make({}).name).toBe('jwt')
  })
})
