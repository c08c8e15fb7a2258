import { Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { resolveOptions } from '../../lib/options'
import { read, tableUnder } from '../support/documents'

/** Every setting of Simple JWT. */
const SETTINGS = `
  ACCESS_TOKEN_LIFETIME REFRESH_TOKEN_LIFETIME ROTATE_REFRESH_TOKENS BLACKLIST_AFTER_ROTATION UPDATE_LAST_LOGIN ALGORITHM SIGNING_KEY
  VERIFYING_KEY AUDIENCE ISSUER JSON_ENCODER JWK_URL LEEWAY AUTH_HEADER_TYPES AUTH_HEADER_NAME USER_ID_FIELD USER_ID_CLAIM
  USER_AUTHENTICATION_RULE ON_LOGIN_SUCCESS ON_LOGIN_FAILED AUTH_TOKEN_CLASSES TOKEN_TYPE_CLAIM JTI_CLAIM TOKEN_USER_CLASS
  SLIDING_TOKEN_LIFETIME SLIDING_TOKEN_REFRESH_LIFETIME SLIDING_TOKEN_REFRESH_EXP_CLAIM TOKEN_OBTAIN_SERIALIZER
  TOKEN_REFRESH_SERIALIZER TOKEN_VERIFY_SERIALIZER TOKEN_BLACKLIST_SERIALIZER SLIDING_TOKEN_OBTAIN_SERIALIZER
  SLIDING_TOKEN_REFRESH_SERIALIZER CHECK_REVOKE_TOKEN REVOKE_TOKEN_CLAIM CHECK_USER_IS_ACTIVE
`
  .trim()
  .split(/\s+/)

const unquoted = (cell = '') => cell.replaceAll('`', '')
const camelCase = (name: string) => name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

describe('From Simple JWT', () => {
  const guide = read('docs/from-simple-jwt.md')
  const sequelize = new Sequelize('mysql://nowhere')
  afterAll(() => sequelize.close())
  const rows = tableUnder(guide, 'Settings').map(([theirs, ours, remarks]) => [unquoted(theirs), unquoted(ours), remarks])

  test('has every setting, once', () => {
    expect(rows.map(([theirs]) => theirs).sort()).toEqual([...SETTINGS].sort())
  })

  test('names an option that there is, or says why there is none', () => {
    const options = [...Object.keys(resolveOptions({ sequelize })), 'signingKey', 'verifyingKey']
    const routes = [...read('lib/routes/options.ts').matchAll(/^ {2}'(\w+Serializer)',$/gm)].map(([, name]) => name)
    expect(routes).toHaveLength(6)
    const strategy = /secretOrKeyProvider\?/.test(read('lib/strategy/options.ts')) ? ['secretOrKeyProvider'] : []
    const known = [...options, ...routes, ...strategy]
    for (const [theirs, ours, remarks] of rows) {
      if (ours === 'none') expect([theirs, remarks?.length]).not.toEqual([theirs, 0])
      else expect([theirs, known.includes(ours)]).toEqual([theirs, true])
      const others: Record<string, string> = {
        UPDATE_LAST_LOGIN: 'onLoginSuccess',
        JSON_ENCODER: 'none',
        JWK_URL: 'secretOrKeyProvider',
      }
      expect([theirs, ours]).toEqual([theirs, others[theirs as string] ?? camelCase(theirs as string)])
    }
  })

  test('gives a reason for every difference', () => {
    const differences = tableUnder(guide, 'Differences')
    expect(differences.length).toBeGreaterThan(15)
    for (const [what, theirs, here, why] of differences) {
      for (const cell of [what, theirs, here, why]) expect([what, cell]).not.toEqual([what, ''])
    }
  })

  test('has five steps', () => {
    const [, steps] = guide.split(/^## /m)
    expect(steps).toMatch(/^Migration in five steps/)
    expect([...(steps ?? '').matchAll(/^\*\*(\d)\. /gm)].map(([, step]) => step)).toEqual(['1', '2', '3', '4', '5'])
  })
})
