import type { ServerResponse } from 'node:http'
import { TokenError, type TokenErrorCode } from '../errors'
import type { HeaderSettings } from '../options'

/** An answer other than success, thrown by a route's step. The bodies are those of Django REST framework. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(`Refused with status ${status}`)
  }
}

/** Simple JWT's `code` in a body, where it is not that of a bad token. Null: the body has none. */
const BODY_CODES: Partial<Record<TokenErrorCode, string | null>> = {
  ERR_NO_ACTIVE_ACCOUNT: null,
  ERR_USER_NOT_FOUND: 'user_not_found',
  ERR_USER_INACTIVE: 'user_inactive',
  ERR_USER_PASSWORD_CHANGED: 'password_changed',
}

/** What a client is told about an error that is its own; undefined where it is not. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (!(error instanceof TokenError)) return undefined
  const code = error.code in BODY_CODES ? BODY_CODES[error.code] : 'token_not_valid'
  return new Refusal(401, { detail: error.message, ...(code && { code }) })
}

/** Every 401 has a challenge (RFC 9110 section 15.5.2). */
export function challengeOf({ authHeaderTypes }: HeaderSettings, { status }: Refusal): Record<string, string> {
  return status === 401 ? { 'WWW-Authenticate': `${authHeaderTypes[0]} realm="api"` } : {}
}

/** Tokens must not be stored by caches (RFC 6749 section 5.1); nothing else that the routes answer is worth storing. */
export function answer(res: ServerResponse, status: number, body: object | null, headers: Record<string, string> = {}): void {
  // The app may have answered meanwhile, by a time limit of its own; a second answer would throw where nobody catches.
  if (res.headersSent) return
  res.statusCode = status
  for (const [name, value] of Object.entries({ 'Cache-Control': 'no-store', ...headers })) res.setHeader(name, value)
  if (body === null) {
    res.end()
    return
  }
  const text = JSON.stringify(body)
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
}
