import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { forged, hs256, unsigned } from '../../support/jwt'
import { FRAMEWORKS, routeApp } from '../../support/route-apps'
import { DAY, inSeconds } from '../../support/seconds'

const GOOD = { jti: 'good', exp: inSeconds(DAY), token_type: 'refresh', sub: 'alice' }
const GARBAGE = ['garbage', '.', '..', '...', 'a.b.c', 'ä', 'x'.repeat(20_000), '{}']
const INVALID = 'Token is invalid'

/** What the three routes that take a token say to each; undefined where they accept it. */
const TOKENS: Record<string, [token: string, asRefresh: string, toVerify: string | undefined]> = {
  ...Object.fromEntries(GARBAGE.map((text) => [text.slice(0, 10), [text, INVALID, INVALID]])),
  'wrong key': [forged(GOOD, 'another secret of more than thirty-two bytes'), INVALID, INVALID],
  'wrong algorithm': [forged(GOOD, undefined, { algorithm: 'HS384' }), INVALID, INVALID],
  'alg none': [unsigned({ alg: 'none', typ: 'JWT' }, GOOD), INVALID, INVALID],
  'alg missing': [hs256({}, GOOD, 'x'), INVALID, INVALID],
  expired: [forged({ ...GOOD, exp: inSeconds(-60) }), 'Token is expired', 'Token is expired'],
  'not yet valid': [forged({ ...GOOD, nbf: inSeconds(60) }), 'Token is not yet valid', 'Token is not yet valid'],
  'no exp': [forged({ ...GOOD, exp: undefined }), "Token has no 'exp' claim", "Token has no 'exp' claim"],
  'no type': [forged({ ...GOOD, token_type: undefined }), 'Token has no type', undefined],
  access: [forged({ ...GOOD, token_type: 'access' }), 'Token has wrong type', undefined],
  'no jti': [forged({ ...GOOD, jti: undefined }), 'Token has no id', 'Token has no id'],
  'empty jti': [forged({ ...GOOD, jti: '' }), 'Token has no id', 'Token has no id'],
  'jti that is an object': [forged({ ...GOOD, jti: { a: 1 } }), 'Token has no id', 'Token has no id'],
  'jti that is too long': [forged({ ...GOOD, jti: 'x'.repeat(256) }), 'Token has no id', 'Token has no id'],
  'payload null': [forged('null'), INVALID, INVALID],
  'payload no JSON': [forged('{"jti":'), INVALID, INVALID],
}

describe.each(FRAMEWORKS)('with %s, a token that is not good', (framework) => {
  const db = useDatabase('sqlite')

  test.each(Object.entries(TOKENS))('is refused with the reason: %s', async (_name, [token, asRefresh, toVerify]) => {
    const { post, errors } = await routeApp(db.make(), { framework })
    const refusal = (detail: string) => ({ status: 401, body: { detail, code: 'token_not_valid' } })
    for (const path of ['/refresh', '/blacklist']) {
      const answer = await post(path, { refresh: token })
      expect(answer).toMatchObject(refusal(asRefresh))
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    }
    expect(await post('/verify', { token })).toMatchObject(toVerify === undefined ? { status: 200, body: {} } : refusal(toVerify))
    expect(errors).toEqual([])
  })
})
