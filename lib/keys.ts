import { createPrivateKey, createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import type { Algorithm } from 'jsonwebtoken'
import { looksLikeKeyOfPair } from './public-key'

/** A key as jsonwebtoken takes it: a secret or a PEM (string or Buffer), or a KeyObject. */
export type KeyInput = string | Buffer | KeyObject

export const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const satisfies readonly Algorithm[]
export type SupportedAlgorithm = (typeof ALGORITHMS)[number]

/** What signs and what verifies. A service that only verifies has no signing key, unless its key is a secret, which does both. */
export interface Keys {
  signingKey: KeyObject | undefined
  verifyingKey: KeyObject
}

export interface KeyOptions {
  algorithm: SupportedAlgorithm
  signingKey?: KeyInput | undefined
  verifyingKey?: KeyInput | undefined
}

/**
 * Makes KeyObjects of the keys, once. jsonwebtoken would parse a string anew for every token.
 * @throws TypeError naming the option, where a key is missing or does not fit the algorithm.
 */
export function resolveKeys({ algorithm, signingKey, verifyingKey }: KeyOptions): Keys {
  if (algorithm.startsWith('HS')) {
    const option = signingKey === undefined && verifyingKey !== undefined ? 'verifyingKey' : 'signingKey'
    const secret = secretKey(option, signingKey ?? verifyingKey, algorithm)
    if (
      signingKey !== undefined &&
      verifyingKey !== undefined &&
      !secret.equals(secretKey('verifyingKey', verifyingKey, algorithm))
    ) {
      throw wrongKey('verifyingKey', `the same secret as signingKey for algorithm ${algorithm}, or left out`)
    }
    warnIfShort(secret, algorithm)
    return { signingKey: secret, verifyingKey: secret }
  }
  const signs = signingKey === undefined ? undefined : asymmetricKey('signingKey', signingKey, algorithm, createPrivateKey)
  const source = verifyingKey ?? signs
  if (source === undefined) throw missing('signingKey')
  return { signingKey: signs, verifyingKey: asymmetricKey('verifyingKey', source, algorithm, createPublicKey) }
}

/** A key given to the strategy, as passport-jwt takes it: a PEM where it parses as one, else a secret. */
export function toVerifyingKey(option: string, key: KeyInput): KeyObject {
  if (key instanceof KeyObject) {
    if (key.type === 'secret' && looksLikeKeyOfPair(key.export())) throw wrongKey(option, 'a secret, not a public key as one')
    return key.type === 'private' ? createPublicKey(key) : notEmpty(option, key)
  }
  if (typeof key !== 'string' && !Buffer.isBuffer(key)) throw wrongKey(option, 'a string, a Buffer or a KeyObject')
  try {
    return createPublicKey(key)
  } catch (cause) {
    const secret = bytes(key)
    // Taken for a secret, a public key that was spoilt on its way would let anybody sign with it.
    if (looksLikeKeyOfPair(secret)) {
      throw new TypeError(`${option} is a key of a key pair, but no PEM that can be read as a public key`, { cause })
    }
    return notEmpty(option, createSecretKey(secret))
  }
}

/** Anybody can sign with an empty secret. */
function notEmpty(option: string, key: KeyObject): KeyObject {
  if (key.symmetricKeySize === 0) throw wrongKey(option, 'a secret or key, not an empty one')
  return key
}

function secretKey(option: string, key: KeyInput | undefined, algorithm: string): KeyObject {
  if (key === undefined || key === null || key === '') throw missing(option)
  if (key instanceof KeyObject) {
    if (key.type !== 'secret') throw wrongKey(option, `a secret for algorithm ${algorithm}, not a ${key.type} key`)
  } else if (typeof key !== 'string' && !Buffer.isBuffer(key)) throw wrongKey(option, 'a string, a Buffer or a KeyObject')
  const secret = key instanceof KeyObject ? key.export() : bytes(key)
  if (secret.length === 0) throw missing(option)
  if (looksLikeKeyOfPair(secret)) {
    throw wrongKey(
      option,
      `a secret for algorithm ${algorithm}, not a PEM or the like; set algorithm to one such as RS256 or ES256`,
    )
  }
  return key instanceof KeyObject ? key : createSecretKey(secret)
}

function asymmetricKey(
  option: string,
  key: KeyInput,
  algorithm: string,
  create: typeof createPrivateKey | typeof createPublicKey,
): KeyObject {
  const type = create === createPrivateKey ? 'private' : 'public'
  let made: KeyObject
  try {
    made = key instanceof KeyObject && key.type === type ? key : create(key as string)
  } catch (cause) {
    throw new TypeError(`${option} must be a ${type} key (PEM or KeyObject) for algorithm ${algorithm}`, { cause })
  }
  const expected = algorithm.startsWith('ES') ? ['ec'] : algorithm.startsWith('PS') ? ['rsa', 'rsa-pss'] : ['rsa']
  if (!expected.includes(made.asymmetricKeyType ?? '')) {
    throw wrongKey(option, `a key of type ${expected.join(' or ')} for algorithm ${algorithm}, not ${made.asymmetricKeyType}`)
  }
  const { namedCurve, modulusLength, hashAlgorithm } = made.asymmetricKeyDetails ?? {}
  const curve = CURVES[algorithm]
  if (curve && namedCurve !== curve) throw wrongKey(option, `a key on curve ${curve} for algorithm ${algorithm}`)
  if (modulusLength !== undefined && modulusLength < LEAST_MODULUS) {
    throw wrongKey(option, `a key of at least ${LEAST_MODULUS} bits for algorithm ${algorithm}, not ${modulusLength}`)
  }
  if (hashAlgorithm !== undefined && hashAlgorithm !== `sha${algorithm.slice(2)}`) {
    throw wrongKey(option, `a key for the hash of algorithm ${algorithm}, not for ${hashAlgorithm}`)
  }
  return made
}

/** RFC 7518 section 3.3. jsonwebtoken would refuse to sign with less, but only when the first token is issued. */
const LEAST_MODULUS = 2048

const CURVES: Partial<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

/** RFC 7518 section 3.2: a key of at least the hash's size must be used. */
function warnIfShort(secret: KeyObject, algorithm: string): void {
  const wanted = Number(algorithm.slice(2)) / 8
  const size = secret.symmetricKeySize ?? 0
  if (size >= wanted) return
  process.emitWarning(`signingKey has ${size} bytes; ${algorithm} wants at least ${wanted}. Make one: openssl rand -base64 48`, {
    type: 'SecurityWarning',
    code: 'PASSPORT_JWT_BLACKLIST_SHORT_KEY',
  })
}

function bytes(key: string | Buffer): Buffer {
  return typeof key === 'string' ? Buffer.from(key) : key
}

function missing(option: string): TypeError {
  return new TypeError(`${option} is required: the secret or key that signs the tokens (or verifyingKey, to verify only)`)
}

function wrongKey(option: string, expected: string): TypeError {
  return new TypeError(`${option} must be ${expected}`)
}
