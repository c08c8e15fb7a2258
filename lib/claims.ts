import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { TokenError } from './errors'

/** A JWT's payload (RFC 7519 section 4). */
export interface Claims {
  [claim: string]: unknown
  jti?: unknown
  sid?: unknown
  exp?: unknown
  iat?: unknown
}

/** The names under which a token carries what this package reads. */
export interface ClaimNames {
  jtiClaim: string
  userIdClaim: string
  tokenTypeClaim: string
  slidingTokenRefreshExpClaim: string
}

const MAX_LENGTH = 255
/** Padding collations compare `x` equal to `x `. PostgreSQL cannot hold NUL, and no database a lone surrogate. */
const UNSAFE = /^[\s\p{Cc}]|[\s\p{Cc}]$|\0/u

/** Whether the databases can hold this string and tell it from every other. */
export function isStorable(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH && value.isWellFormed() && !UNSAFE.test(value)
  )
}

/** Where an encoded token begins: base64url of `{"`. */
const ENCODED = /^eyJ[\w-]*\.|^eyJ[\w-]{60,}/

/** Whether somebody gave an encoded token, or the beginning of one, where its id belongs. */
export function looksEncoded(text: string): boolean {
  return ENCODED.test(text)
}

const HELD = /\beyJ[\w-]{8,}(?:\.|[\w-]{52})/

/** Whether there is an encoded token in a text, whole or cut off, with whatever around it: none may be kept or shown. */
export function holdsToken(text: string): boolean {
  return looksEncoded(text) || HELD.test(text)
}

/** A fresh token id, which cannot be taken for a chain's. */
export function newId(): string {
  return randomUUID()
}

const CHAIN = /^[0-9a-f]{32}$/
/** Its first member has the number 1; one that joined beside the others has an id instead, and numbered successors of its own. */
const NUMBERED = /^(([0-9a-f]{32})\.(?:[0-9a-f]{32}\.)?)([1-9][0-9]{0,9})$/
const BESIDE = /^([0-9a-f]{32})\.[0-9a-f-]{36}$/
const LAST_NUMBER = 9_999_999_999

/** The id of a new chain, and of its session: 128 random bits in lower-case hex. */
export function newChain(): string {
  return randomBytes(16).toString('hex')
}

/** The jti of a chain's first refresh token. */
export function firstOfChain(chain: string): string {
  return `${chain}.1`
}

/** The jti of a refresh token that joins a session beside the others, where these live on. */
export function besideOf(session: string): string {
  return `${session}.${randomUUID()}`
}

/** The chain of which a jti is a member; undefined where its form does not tell. */
export function chainOf(jti: string): string | undefined {
  return NUMBERED.exec(jti)?.[2] ?? BESIDE.exec(jti)?.[1]
}

/** Whether this is the id of a chain. */
export function isChain(id: string): boolean {
  return CHAIN.test(id)
}

/** The jti of a refresh token's one successor: derived, so that every process that computes it gets the same. */
export function successorOf(jti: string): string {
  const [, prefix, , number] = NUMBERED.exec(jti) ?? []
  if (number) return `${prefix}${Number(number) + 1}`
  const digest = createHash('sha256').update(jti).digest('hex').slice(0, 32)
  const [, chain] = BESIDE.exec(jti) ?? []
  return chain ? `${chain}.${digest}.2` : `${digest}.2`
}

/**
 * The jtis of those that would follow in a numbered chain after 1, 2, 4, 8 … more exchanges: however long the chain, a few looks
 * find its head.
 */
export function furtherOf(jti: string): string[] {
  const [, prefix, , number] = NUMBERED.exec(jti) ?? []
  if (!number) return []
  const further: string[] = []
  for (let step = 1; Number(number) + step <= LAST_NUMBER; step *= 2) further.push(`${prefix}${Number(number) + step}`)
  return further
}

/**
 * The id of a token that has no jti: a digest of what its signature signs. The signature itself stays out, since it can be
 * altered and still verify (ECDSA).
 */
export function digestOf(encoded: string): string {
  const signingInput = encoded.slice(0, encoded.lastIndexOf('.'))
  return `sha256:${createHash('sha256').update(signingInput).digest('base64url')}`
}

/**
 * The ids by one of which the token may be blacklisted: its jti and its session's.
 * @param encoded where given, a token without jti goes by its digest
 * @throws TokenError ERR_TOKEN_NO_JTI
 */
export function idsOf(claims: Claims, { jtiClaim }: Pick<ClaimNames, 'jtiClaim'>, encoded?: string): string[] {
  const jti = jtiOf(claims, jtiClaim, encoded)
  const sid = sidOf(claims)
  return sid === null ? [jti] : [jti, sid]
}

/** @see idsOf */
export function jtiOf(claims: Claims, jtiClaim: string, encoded?: string): string {
  const jti = claims[jtiClaim]
  if (jti === undefined && encoded !== undefined) return digestOf(encoded)
  if (!isStorable(jti)) throw new TokenError('ERR_TOKEN_NO_JTI')
  return jti
}

/** 9999-12-31T23:59:59Z: a DATETIME column holds nothing later, and an `exp` in milliseconds is later. */
const LAST_SECOND = 253_402_300_799

/** A NumericDate (seconds since the epoch, RFC 7519 section 2) as a Date that every database can hold. */
export function dateOf(seconds: number): Date {
  return new Date(Math.ceil(Math.min(Math.max(seconds, 0), LAST_SECOND)) * 1000)
}

export function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** The user that a claim names; null where it names nobody that a column could hold. */
export function userIdOf(value: unknown): string | null {
  return idOf(value)
}

/** The session that a token belongs to; null where it names none. A `sid` that no database could hold was never written to one. */
export function sidOf({ sid }: Claims): string | null {
  return idOf(sid)
}

/** Elsewhere, ids may be numbers. */
function idOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return isStorable(value) ? value : null
}
