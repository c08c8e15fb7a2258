import { describe, expect, test } from 'vitest'
import { type AuthenticateOptions, type RoutesOptions, TokenBlacklist } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { authenticate } from '../../support/route-apps'

const names = (option: string) => expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(`^${option} `) })
const NO_FUNCTIONS = [null, 5, '', 'f', {}, [], true]

describe('routes()', () => {
  const db = useDatabase('sqlite')
  const make = (options: object) => db.make().routes(options as RoutesOptions)

  test.each(['Obtain', 'Refresh', 'Verify', 'Blacklist'].map((name) => `token${name}Serializer`))(
    'refuses what is no %s, and names it',
    (name) => {
      for (const value of NO_FUNCTIONS) expect(() => make({ authenticate, [name]: value })).toThrow(names(name))
    },
  )

  test.each(['slidingTokenObtainSerializer', 'slidingTokenRefreshSerializer'])('refuses what is no %s, and names it', (name) => {
    for (const value of NO_FUNCTIONS) expect(() => make({ authenticate, [name]: value })).toThrow(names(name))
  })

  test('refuses what is no function authenticate, and names it', () => {
    for (const value of [...NO_FUNCTIONS, undefined]) expect(() => make({ authenticate: value })).toThrow(names('authenticate'))
  })

  test('refuses token classes that are not its own or subclasses of them', () => {
    const tokens = db.make()
    const other = db.make()
    for (const name of ['RefreshToken', 'SlidingToken'] as const) {
      const wrong = [...NO_FUNCTIONS, tokens.AccessToken, class {}, other[name], () => {}]
      for (const value of wrong)
        expect(() => tokens.routes({ authenticate, [name]: value } as RoutesOptions)).toThrow(names(name))
      expect(() => tokens.routes({ authenticate, [name]: class extends tokens[name] {} })).not.toThrow()
      expect(() => tokens.routes({ authenticate, [name]: undefined })).not.toThrow()
    }
  })

  test('refuses an option that it does not know', () => {
    for (const name of ['tokenobtainSerializer', 'TOKEN_OBTAIN_SERIALIZER', 'AccessToken', 'toString'])
      expect(() => make({ authenticate, [name]: () => ({}) })).toThrow(new TypeError(`${name} is not an option of routes`))
  })
})

describe('authenticate()', () => {
  const db = useDatabase('sqlite')
  const make = (options: object) => db.make().authenticate(options as AuthenticateOptions)

  test('refuses what are no token classes', () => {
    const { AccessToken } = db.make()
    const unbound = Object.getPrototypeOf(AccessToken) as unknown
    const wrong = [
      null,
      AccessToken,
      [],
      [AccessToken, undefined],
      ['access'],
      [class {}],
      [() => {}],
      [TokenBlacklist],
      [unbound],
    ]
    for (const value of wrong) expect(() => make({ tokenClasses: value })).toThrow(names('tokenClasses'))
    expect(() => make({ tokenClasses: [AccessToken] })).not.toThrow()
    expect(() => make({ tokenClasses: undefined })).not.toThrow()
  })

  test('refuses an option that it does not know', () => {
    for (const name of ['tokenClass', 'authTokenClasses', 'realm'])
      expect(() => make({ [name]: 'x' })).toThrow(new TypeError(`${name} is not an option of authenticate`))
  })
})
