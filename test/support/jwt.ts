import { createHmac, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import jwt, { type SignOptions } from 'jsonwebtoken'
import { SECRET } from './blacklist'

export const HOUR = 3600

let last = 0

/** A signed token as an app makes it by itself: `sub`, `exp` in an hour, a jti of its own; `undefined` leaves a claim out. */
export function signed(claims: Record<string, unknown> = {}, key: jwt.Secret = SECRET, options: SignOptions = {}): string {
  const all = { sub: 'alice', exp: Math.floor(Date.now() / 1000) + HOUR, jti: `app-${process.pid}-${++last}`, ...claims }
  // Through JSON, which drops what is undefined, and lets claims be what jsonwebtoken would not sign.
  return forged({ ...all }, key, options)
}

/** Any header and any payload, well signed. A string is taken as it stands. */
export function forged(payload: unknown, key: jwt.Secret = SECRET, { algorithm = 'HS256', header }: SignOptions = {}): string {
  const head = { alg: algorithm, typ: 'JWT', ...header }
  if (algorithm === 'HS256' && typeof key === 'string') return hs256(head, payload, key)
  // jsonwebtoken signs strings unchecked.
  return jwt.sign(text(payload), key, { algorithm, header: head })
}

/** An HS256 signature over anything, whatever the header says. */
export function hs256(header: unknown, payload: unknown, secret: string | Buffer): string {
  const input = `${part(header)}.${part(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export function unsigned(header: unknown, payload: unknown): string {
  return `${part(header)}.${part(payload)}.`
}

export function claimsOf(encoded: string): Record<string, unknown> {
  return jwt.decode(encoded) as Record<string, unknown>
}

function part(value: unknown): string {
  return Buffer.from(text(value)).toString('base64url')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export interface PemPair {
  publicKey: string
  privateKey: string
}

export function rsaKeys(): PemPair {
  return pemPair(generateKeyPairSync('rsa', { modulusLength: 2048 }))
}

export function ecKeys(): PemPair {
  return pemPair(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
}

function pemPair({ publicKey, privateKey }: KeyPairKeyObjectResult): PemPair {
  return {
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}
