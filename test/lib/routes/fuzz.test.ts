import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { forged, hs256 } from '../../support/jwt'
import { seeded } from '../../support/random'
import { FRAMEWORKS, type Framework, routeApp } from '../../support/route-apps'
import { DAY, inSeconds } from '../../support/seconds'

const path = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('/', '', '/refresh', '/refresh/', '/verify', '/blacklist', '/blacklist/all') },
  fc.constantFrom('/refresh?x=1', '/%', '/%00', '/..%2f', '/verify%zz', '//'),
)
const NAMES = ['username', 'password', 'refresh', 'token', 'keep_current', '__proto__', 'constructor']
const CLAIMS = ['jti', 'exp', 'iat', 'nbf', 'sub', 'sid', 'iss', 'aud', 'token_type', 'refresh_exp', 'toString', '__proto__']

/** Strings that some database, header or parser may choke on. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    'a ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff',
    '😀',
    "' OR 1=1 --",
    '$1',
    ':jti',
    '?',
    '\\',
    'x'.repeat(300),
    '%s',
  ),
)
const value = fc.oneof(nasty, fc.jsonValue({ noUnicodeString: false }), fc.double(), fc.maxSafeInteger())

/** Well signed, and otherwise anything. */
const signed = fc.tuple(fc.uuid(), fc.dictionary(fc.constantFrom(...CLAIMS), value, { maxKeys: 2 })).map(([jti, claims]) => {
  return forged({ jti, exp: inSeconds(DAY), token_type: 'refresh', sub: 'alice', ...claims })
})
const token = fc.oneof(
  { weight: 5, arbitrary: signed },
  fc.jsonValue().map((payload) => forged(JSON.stringify(payload))),
  nasty.map((payload) => forged(payload)),
  fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([header, payload]) => hs256(header, payload, SECRET)),
  fc.array(fc.base64String(), { maxLength: 4 }).map((parts) => parts.join('.')),
)
const fields = fc
  .dictionary(fc.constantFrom(...NAMES), fc.oneof({ weight: 3, arbitrary: token }, value))
  .map((body) => JSON.stringify(body))
const sameEverywhere = token.map((text) => JSON.stringify({ refresh: text, token: text, username: text, password: text }))
const body = fc.oneof(
  { weight: 4, arbitrary: sameEverywhere },
  { weight: 4, arbitrary: fields },
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
)
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'application/json; charset=utf-16',
    'application/json; charset',
    'text/plain',
    'a/b; c="',
    'multipart/form-data',
    ';',
  ),
  fc.stringMatching(/^[!-~]{1,20}$/),
)

describe.each(DIALECTS)('whatever a client sends, on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each<Framework>([...FRAMEWORKS])('is not answered 5xx, with %s', async (framework) => {
    const statuses = new Map<number, number>()
    const { request, errors } = await routeApp(db.make(), { framework, authenticate: () => null })
    await fc.assert(
      fc.asyncProperty(path, type, body, async (to, contentType, sent) => {
        errors.splice(0)
        const { status } = await request(to, { method: 'POST', headers: { 'content-type': contentType }, body: sent })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        expect(status).toBeLessThan(500)
        expect(errors).toEqual([])
      }),
      { numRuns: 500, ...seeded() },
    )
    console.log(`${framework} on ${dialect}:`, Object.fromEntries([...statuses].sort()))
    for (const status of [200, 400, 401, 415]) expect([...statuses.keys()]).toContain(status)
  })
})
