import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type JwtBlacklistStrategyOptions } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { SECRET, useDatabase } from '../../support/blacklist'
import { CERTIFICATE, CERTIFICATE_KEY } from '../../support/certificate'
import { claimsOf, ecKeys, hs256, rsaKeys, signed } from '../../support/jwt'

const rsa = rsaKeys()
const ec = ecKeys()
const rs256 = () => signed({}, rsa.privateKey, { algorithm: 'RS256' })
const es256 = () => signed({}, ec.privateKey, { algorithm: 'ES256' })
const byCertificate = () => signed({}, CERTIFICATE_KEY, { algorithm: 'ES256' })

describe('secretOrKey', () => {
  const db = useDatabase('sqlite')
  const start = useApps()
  const app = (secretOrKey: JwtBlacklistStrategyOptions['secretOrKey']) =>
    start(
      new JwtBlacklistStrategy(
        { blacklist: db.make({ signingKey: 'k'.repeat(32) }), jwtFromRequest, secretOrKey },
        (claims, done) => done(null, claims),
      ),
    )

  test.each([
    ['a secret', SECRET, signed],
    ['a secret in a Buffer', Buffer.from(SECRET), signed],
    ['a secret in a KeyObject', createSecretKey(Buffer.from(SECRET)), signed],
    ['a secret of one letter', 's', () => signed({}, 's')],
    ['a public PEM', rsa.publicKey, rs256],
    ['a public PEM in a Buffer', Buffer.from(rsa.publicKey), rs256],
    ['a public PEM with empty lines around it', `\n\n${rsa.publicKey}\n\n`, rs256],
    ['a public KeyObject', createPublicKey(ec.publicKey), es256],
    ['a private PEM', rsa.privateKey, rs256],
    ['a private KeyObject', createPrivateKey(ec.privateKey), es256],
    ['a certificate', CERTIFICATE, byCertificate],
    ['a certificate in a Buffer', Buffer.from(CERTIFICATE), byCertificate],
  ])('may be %s', async (_, secretOrKey, make) => {
    const { get } = await app(secretOrKey)
    expect((await get(make())).status).toBe(200)
    expect((await get(signed({}, 'k'.repeat(32)))).status).toBe(401)
    const [header, payload] = make().split('.') as [string, string]
    expect((await get(`${header}.${payload}.${es256().split('.')[2]}`)).status).toBe(401)
  })

  test.each([
    ['the public PEM', rsa.publicKey],
    ['the public PEM without its last line end', rsa.publicKey.trimEnd()],
    ['the bytes of the public key', createPublicKey(rsa.publicKey).export({ type: 'spki', format: 'der' })],
    ['nothing', ''],
  ])('that is public is no secret to sign with: %s', async (_, secret) => {
    const forgery = hs256({ alg: 'HS256', typ: 'JWT' }, claimsOf(rs256()), secret)
    for (const key of [rsa.publicKey, rsa.privateKey, createPublicKey(rsa.publicKey)]) {
      const { decide } = await app(key)
      expect(await decide(forgery)).toMatchObject({ user: false, info: { name: 'JsonWebTokenError', code: 'ERR_TOKEN_INVALID' } })
    }
  })

  test.each([
    ['an empty string', ''],
    ['an empty Buffer', Buffer.alloc(0)],
    ['an empty KeyObject', createSecretKey(Buffer.alloc(0))],
    ['a PEM with escaped line ends', rsa.publicKey.replaceAll('\n', '\\n')],
    ['an indented PEM', rsa.publicKey.replaceAll(/^/gm, '  ')],
    ['a PEM in quotes', JSON.stringify(rsa.publicKey)],
    ['half a PEM', rsa.publicKey.slice(0, 200)],
    ['a number', 5],
    ['a function', () => SECRET],
  ])('may not be %s', async (_, secretOrKey) => {
    const make = () =>
      new JwtBlacklistStrategy({ blacklist: db.make(), jwtFromRequest, secretOrKey: secretOrKey as string }, (claims, done) =>
        done(null, claims),
      )
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/secretOrKey/)
  })
})
