import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { ecKeys, signed } from '../../support/jwt'

/** The order of the curve P-256: (r, s) and (r, order - s) sign the same. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function malleated(encoded: string): string {
  const [header, payload, signature] = encoded.split('.') as [string, string, string]
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
  return [header, payload, Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url')].join('.')
}

describe.each(DIALECTS)("jti: 'digest' on %s", (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()
  const app = (blacklist = db.make(), jti?: 'digest') =>
    start(new JwtBlacklistStrategy({ blacklist, jwtFromRequest, jti }, (claims, done) => done(null, { id: claims.sub })))

  test('accepts a token without jti, and refuses it once it is blacklisted', async () => {
    const blacklist = db.make()
    const [mine, other] = [signed({ jti: undefined }), signed({ jti: undefined, sub: 'bob' })]
    const strict = await app(blacklist)
    const digesting = await app(blacklist, 'digest')
    expect((await strict.get(mine)).status).toBe(401)
    expect(await digesting.get(mine)).toMatchObject({ status: 200, text: '{"id":"alice"}' })
    await blacklist.blacklist(mine)
    expect((await digesting.decide(mine)).info).toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
    expect((await digesting.get(mine)).status).toBe(401)
    expect((await digesting.get(other)).status).toBe(200)
  })

  test('goes by the jti where there is one', async () => {
    const blacklist = db.make()
    const digesting = await app(blacklist, 'digest')
    const token = signed({ jti: `by jti on ${dialect}` })
    expect((await digesting.get(token)).status).toBe(200)
    await blacklist.blacklist({ jti: `by jti on ${dialect}`, exp: Math.floor(Date.now() / 1000) + 60 })
    expect((await digesting.get(token)).status).toBe(401)
  })

  test('accepts none but an absent jti', async () => {
    const digesting = await app(db.make(), 'digest')
    for (const jti of [null, '', 0, false, ' ', {}, []]) {
      expect((await digesting.decide(signed({ jti }))).info).toMatchObject({ code: 'ERR_TOKEN_NO_JTI' })
    }
  })

  test('refuses a blacklisted token of which the signature was altered', async () => {
    const { privateKey, publicKey } = ecKeys()
    const blacklist = db.make({ algorithm: 'ES256', signingKey: privateKey })
    const digesting = await app(blacklist, 'digest')
    const token = signed({ jti: undefined }, privateKey, { algorithm: 'ES256' })
    const altered = malleated(token)
    expect(altered).not.toBe(token)
    expect(jwt.verify(altered, publicKey)).toEqual(jwt.verify(token, publicKey))
    expect((await digesting.get(altered)).status).toBe(200)
    await blacklist.blacklist(token)
    for (const variant of [token, altered]) expect((await digesting.get(variant)).status).toBe(401)
    expect((await digesting.decide(altered)).info).toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })

  test('refuses a blacklisted token in every other spelling', async () => {
    const blacklist = db.make()
    const digesting = await app(blacklist, 'digest')
    const token = signed({ jti: undefined, sub: 'carol' }, SECRET)
    await blacklist.blacklist(token)
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const spellings = [
      `${token}=`,
      `${token}.`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}.${signature.slice(0, -1)}`,
      `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`,
      `${header}.${payload}.${signature}AA`,
    ]
    for (const spelling of spellings) expect((await digesting.get(spelling)).status).toBe(401)
  })
})
