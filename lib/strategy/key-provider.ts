import { KeyObject } from 'node:crypto'
import { isPromise } from 'node:util/types'
import jwt from 'jsonwebtoken'
import type { SecretOrKeyProvider } from 'passport-jwt'
import { codeOf, KeyUnavailableError } from '../errors'
import { ALGORITHMS, toVerifyingKey } from '../keys'
import { firstCallOnly, type ReportLate, reason } from './once'

export function fixedKey(key: KeyObject): SecretOrKeyProvider {
  return (_request, _encoded, done) => done(null, asKey(key))
}

/**
 * Tells a key that cannot be got (503) from a token that has none (401), which passport-jwt does not; and looks at the token
 * first, so that garbage does not reach the key server.
 * @param algorithms those that the app accepts
 */
export function guardProvider(
  provider: SecretOrKeyProvider,
  algorithms: readonly string[] | undefined,
  reportLate: ReportLate,
): SecretOrKeyProvider {
  return (request, encoded, done) => {
    const flaw = flawOf(encoded, algorithms ?? ALGORITHMS)
    if (flaw) return done(new jwt.JsonWebTokenError(flaw))
    // Out of the provider's own stack, so that what the app throws further on is not taken for the provider's failure.
    const later = (error: unknown, key?: string | Buffer) => queueMicrotask(() => done(error, key))
    const once = firstCallOnly(later, reportLate)
    const fail = (error: unknown) => once(isRefusal(error) ? error : unavailable(error))
    try {
      const returned: unknown = provider(request, encoded, (error: unknown, key) => {
        if (error) return fail(error)
        try {
          once(null, usable(key))
        } catch (unusable) {
          fail(unusable)
        }
      })
      if (isPromise(returned)) returned.then(undefined, (error) => fail(reason(error)))
    } catch (error) {
      fail(reason(error))
    }
  }
}

/** What makes a token not worth asking for its key, in jsonwebtoken's words. */
function flawOf(encoded: unknown, algorithms: readonly string[]): string | undefined {
  if (typeof encoded !== 'string') return 'jwt must be a string'
  let decoded: ReturnType<typeof decode>
  try {
    decoded = decode(encoded)
  } catch {
    // A payload that is said to be JSON, and is not.
    return 'invalid token'
  }
  if (!decoded) return 'jwt malformed'
  if (typeof decoded.payload !== 'object' || decoded.payload === null) return 'invalid token'
  if (decoded.signature === '' || decoded.signature === undefined) return 'jwt signature is required'
  if (!algorithms.includes(decoded.header.alg)) return 'invalid algorithm'
  return undefined
}

function decode(encoded: string) {
  return jwt.decode(encoded, { complete: true })
}

/** @throws TypeError for a key with which anybody could sign: an empty one, or a PEM that would be taken for a secret */
function usable(key: unknown): Buffer | undefined {
  if (typeof key === 'string' ? key === '' : !(Buffer.isBuffer(key) || key instanceof KeyObject)) return key as undefined
  return asKey(toVerifyingKey("secretOrKeyProvider's key", key as string))
}

/** passport-jwt's types know strings and Buffers alone, where jsonwebtoken takes a KeyObject too. */
function asKey(key: KeyObject): Buffer {
  return key as unknown as Buffer
}

/**
 * Whether the provider says that it is the token's fault: as jsonwebtoken and jwks-rsa (`SigningKeyNotFoundError`) name it, or
 * http-errors and NestJS. Not by a status: a key server's own 401 comes as an error with one, too.
 */
function isRefusal(error: unknown): boolean {
  return codeOf(error) !== undefined || /^Unauthorized(Error|Exception)$/.test(String(Object(error).name))
}

function unavailable(cause: unknown): KeyUnavailableError {
  return new KeyUnavailableError('secretOrKeyProvider failed to get the key, so the token could not be verified', { cause })
}
