import { createSecretKey, generateKeyPairSync, KeyObject, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type KeyInput, type KeyOptions, resolveKeys, type SupportedAlgorithm, toVerifyingKey } from '../../lib/keys'
import type { TokenContext } from '../../lib/tokens/context'
import { decode, sign } from '../../lib/tokens/jwt'
import { ec, type Pair, pem, rsa, rsaPss } from '../support/keys'

const SECRET = randomBytes(64)
const RSA = rsa()
const CURVES: Record<string, Pair> = { ES256: ec('P-256'), ES384: ec('P-384'), ES512: ec('P-521') }

const roundTrip = (options: KeyOptions, verifier = options) => {
  const settings = { algorithm: options.algorithm, leeway: 0, clock: Date.now }
  const context = (given: KeyOptions) => ({ keys: resolveKeys(given), settings }) as unknown as TokenContext
  const exp = Math.floor(Date.now() / 1000) + 60
  return decode(context(verifier), sign(context(options), { jti: 'x', exp })).jti
}

describe.each<SupportedAlgorithm>(['HS256', 'HS384', 'HS512'])('%s', (algorithm) => {
  test.each<[string, KeyInput]>([
    ['a string', SECRET.toString('hex')],
    ['a Buffer', SECRET],
    ['a KeyObject', createSecretKey(SECRET)],
  ])('signs and verifies with %s', (_form, signingKey) => {
    const keys = resolveKeys({ algorithm, signingKey })
    expect(keys.signingKey).toBeInstanceOf(KeyObject)
    expect(keys.verifyingKey).toBe(keys.signingKey)
    expect(roundTrip({ algorithm, signingKey })).toBe('x')
  })

  test.each<[string, KeyInput]>([
    ['a public key as PEM', pem(RSA.publicKey)],
    ['a private key as PEM in a Buffer', Buffer.from(pem(RSA.privateKey))],
    ['a PEM with something before it', `\ufeff\n${pem(RSA.publicKey)}`],
    ['a PEM in a KeyObject', createSecretKey(Buffer.from(pem(RSA.publicKey)))],
    ['a public KeyObject', RSA.publicKey],
    ['a private KeyObject', RSA.privateKey],
    ['a number', 123456 as unknown as KeyInput],
    ['an object', {} as unknown as KeyInput],
  ])('refuses %s as its secret', (_form, signingKey) => {
    expect(() => resolveKeys({ algorithm, signingKey })).toThrow(TypeError)
    expect(() => resolveKeys({ algorithm, signingKey })).toThrow(/^signingKey must be a/)
  })
})

describe.each<SupportedAlgorithm>(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'])(
  '%s',
  (algorithm) => {
    const { privateKey, publicKey } = CURVES[algorithm] ?? RSA

    test.each<[string, KeyInput, KeyInput]>([
      ['PEM', pem(privateKey), pem(publicKey)],
      ['PEM in a Buffer', Buffer.from(pem(privateKey)), Buffer.from(pem(publicKey))],
      ['a KeyObject', privateKey, publicKey],
    ])('signs and verifies with %s', (_form, signingKey, verifyingKey) => {
      expect(roundTrip({ algorithm, signingKey })).toBe('x')
      expect(roundTrip({ algorithm, signingKey, verifyingKey })).toBe('x')
      expect(roundTrip({ algorithm, signingKey }, { algorithm, verifyingKey })).toBe('x')
    })

    test('has no signing key where only the verifying key is given', () => {
      const keys = resolveKeys({ algorithm, verifyingKey: pem(publicKey) })
      expect(keys.signingKey).toBeUndefined()
      expect(keys.verifyingKey.type).toBe('public')
    })

    test.each<[string, KeyInput]>([
      ['a secret', 'a secret of more than thirty-two bytes, for tests alone'],
      ['a public key', publicKey],
      ['an empty string', ''],
      ['a key of another kind', algorithm.startsWith('ES') ? RSA.privateKey : ec('P-256').privateKey],
      ['a key of another curve or size', algorithm.startsWith('ES') ? ec('secp256k1').privateKey : rsa(1024).privateKey],
    ])('refuses %s as its signing key', (_form, signingKey) => {
      expect(() => resolveKeys({ algorithm, signingKey })).toThrow(TypeError)
      expect(() => resolveKeys({ algorithm, signingKey })).toThrow(/^signingKey must be a/)
    })

    test('refuses a verifying key that does not fit', () => {
      expect(() => resolveKeys({ algorithm, signingKey: privateKey, verifyingKey: 'nonsense' })).toThrow(
        /^verifyingKey must be a/,
      )
    })
  },
)

test('takes an RSA-PSS key for the hash that it is made for, and for PS alone', () => {
  const signingKey = rsaPss('sha256').privateKey
  expect(roundTrip({ algorithm: 'PS256', signingKey })).toBe('x')
  expect(() => resolveKeys({ algorithm: 'PS512', signingKey })).toThrow(/^signingKey must be a key for the hash/)
  expect(() => resolveKeys({ algorithm: 'RS256', signingKey })).toThrow(/^signingKey must be a key of type rsa/)
})

test.each<SupportedAlgorithm>(['HS256', 'RS256', 'ES256'])('says for %s that a key is missing', (algorithm) => {
  expect(() => resolveKeys({ algorithm })).toThrow(TypeError)
  expect(() => resolveKeys({ algorithm })).toThrow(/^signingKey is required/)
})

test('refuses a verifyingKey that is not the secret of signingKey', () => {
  const [signingKey, verifyingKey] = [randomBytes(32), randomBytes(32)]
  expect(() => resolveKeys({ algorithm: 'HS256', signingKey, verifyingKey })).toThrow(/^verifyingKey must be the same secret/)
  expect(() => resolveKeys({ algorithm: 'HS256', verifyingKey: '' })).toThrow(/^verifyingKey is required/)
  expect(roundTrip({ algorithm: 'HS256', signingKey, verifyingKey: signingKey })).toBe('x')
})

describe('a public key that is no PEM', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string
  test.each<[string, string | Buffer]>([
    ['DER', der],
    ['PKCS#1 DER', publicKey.export({ format: 'der', type: 'pkcs1' })],
    ['DER in base64', der.toString('base64')],
    ['a JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
    ['OpenSSH', `ssh-rsa ${der.toString('base64')} me@example`],
    ['PEM in UTF-16', Buffer.from(pem, 'utf16le')],
  ])('such as %s is no secret', (_, key) => {
    expect(() => resolveKeys({ algorithm: 'HS256', signingKey: key })).toThrow(/^signingKey must be a secret/)
    expect(() => toVerifyingKey('secretOrKey', key)).toThrow(/^secretOrKey is a key of a key pair/)
    expect(() => toVerifyingKey('secretOrKey', createSecretKey(Buffer.from(key)))).toThrow(/^secretOrKey must be a secret/)
  })

  test('is not suspected where a secret happens to look like base64', () => {
    expect(toVerifyingKey('secretOrKey', randomBytes(48).toString('base64')).type).toBe('secret')
  })
})

describe('a short secret', () => {
  afterEach(() => vi.restoreAllMocks())

  const warningsOf = (algorithm: SupportedAlgorithm, bytes: number) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    resolveKeys({ algorithm, signingKey: randomBytes(bytes) })
    return warn.mock.calls
  }

  test.each<[SupportedAlgorithm, number]>([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('of %s is one of less than %i bytes', (algorithm, wanted) => {
    expect(warningsOf(algorithm, wanted)).toEqual([])
    const [[message, options]] = warningsOf(algorithm, wanted - 1) as [[string, object]]
    expect(message).toContain(`${algorithm} wants at least ${wanted}`)
    expect(options).toMatchObject({ code: 'PASSPORT_JWT_BLACKLIST_SHORT_KEY' })
  })

  test('is reported as a warning of the process', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    resolveKeys({ algorithm: 'HS256', signingKey: 'short' })
    expect(await warned).toMatchObject({ name: 'SecurityWarning', code: 'PASSPORT_JWT_BLACKLIST_SHORT_KEY' })
    expect((await warned).message).not.toContain('short')
  })
})

describe('a key given to the strategy', () => {
  test('is a public key where it is a PEM, else a secret', () => {
    expect(toVerifyingKey('secretOrKey', pem(RSA.publicKey)).type).toBe('public')
    expect(toVerifyingKey('secretOrKey', pem(RSA.privateKey)).type).toBe('public')
    expect(toVerifyingKey('secretOrKey', RSA.privateKey).type).toBe('public')
    expect(toVerifyingKey('secretOrKey', 'secret').type).toBe('secret')
    expect(toVerifyingKey('secretOrKey', SECRET).type).toBe('secret')
  })

  test('is named where it is no key', () => {
    expect(() => toVerifyingKey('secretOrKey', 5 as unknown as KeyInput)).toThrow(/^secretOrKey must be/)
  })
})
