import type { KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { SecretOrKeyProvider } from 'passport-jwt'
import { KeyUnavailableError } from '../errors'

/** passport-jwt's contract; its types know strings and Buffers alone, where jsonwebtoken takes a KeyObject too. */
type Done = (error: unknown, secretOrKey?: string | Buffer) => void

export function fixedKey(key: KeyObject): SecretOrKeyProvider {
  return (_request, _encoded, done) => done(null, key as unknown as Buffer)
}

/**
 * Tells a key that cannot be got (503) from a token that has none (401), which passport-jwt does not; and looks at the token
 * first, so that garbage does not reach the key server.
 */
export function guardProvider(provider: SecretOrKeyProvider): SecretOrKeyProvider {
  return (request, encoded, done) => {
    if (!isJwt(encoded)) return done(new jwt.JsonWebTokenError('jwt malformed'))
    const once = onlyOnce(done)
    try {
      provider(request, encoded, (error, key) => once(error && (isRefusal(error) ? error : unavailable(error)), key))
    } catch (error) {
      once(unavailable(error))
    }
  }
}

function isJwt(encoded: unknown): boolean {
  if (typeof encoded !== 'string') return false
  try {
    const decoded = jwt.decode(encoded, { complete: true })
    return typeof decoded?.payload === 'object' && typeof decoded.header.alg === 'string' && decoded.header.alg !== 'none'
  } catch {
    // jws parses the header before it looks whether it is JSON.
    return false
  }
}

/** jwks-rsa's name for a key id that the key server does not know, or an error that says it is the token's fault. */
function isRefusal(error: unknown): boolean {
  const { name, status, statusCode } = Object(error) as { name?: unknown; status?: unknown; statusCode?: unknown }
  return (
    name === 'SigningKeyNotFoundError' || name === 'JsonWebTokenError' || name === 'TokenError' || (status ?? statusCode) === 401
  )
}

function unavailable(cause: unknown): KeyUnavailableError {
  return new KeyUnavailableError('secretOrKeyProvider failed to get the key, so the token could not be verified', { cause })
}

function onlyOnce(done: Done): Done {
  let called = false
  return (error, key) => {
    if (called) return
    called = true
    done(error, key)
  }
}
