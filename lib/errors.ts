/** Why a token was refused. Stable: compare these, never messages. */
export type TokenErrorCode =
  | 'ERR_TOKEN_MISSING'
  | 'ERR_TOKEN_INVALID'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_NOT_ACTIVE'
  | 'ERR_TOKEN_NO_EXP'
  | 'ERR_TOKEN_NO_JTI'
  | 'ERR_TOKEN_NO_TYPE'
  | 'ERR_TOKEN_WRONG_TYPE'
  | 'ERR_TOKEN_BLACKLISTED'
  | 'ERR_TOKEN_NO_REFRESH_EXP'
  | 'ERR_TOKEN_REFRESH_EXPIRED'
  | 'ERR_TOKEN_NO_USER'
  | 'ERR_USER_NOT_FOUND'
  | 'ERR_USER_INACTIVE'
  | 'ERR_USER_PASSWORD_CHANGED'
  | 'ERR_NO_ACTIVE_ACCOUNT'

/** Every `code` that this package's errors carry. */
export type ErrorCode =
  | TokenErrorCode
  | 'ERR_BLACKLIST_UNAVAILABLE'
  | 'ERR_BLACKLIST_CONFLICT'
  | 'ERR_KEY_UNAVAILABLE'
  | 'ERR_CURSOR_INVALID'

/** The texts are Simple JWT's, where it has one. Fixed, so that no part of a token can reach a header or a log. */
const MESSAGES = {
  ERR_TOKEN_MISSING: 'No auth token',
  ERR_TOKEN_INVALID: 'Token is invalid',
  ERR_TOKEN_EXPIRED: 'Token is expired',
  ERR_TOKEN_NOT_ACTIVE: 'Token is not yet valid',
  ERR_TOKEN_NO_EXP: "Token has no 'exp' claim",
  ERR_TOKEN_NO_JTI: 'Token has no id',
  ERR_TOKEN_NO_TYPE: 'Token has no type',
  ERR_TOKEN_WRONG_TYPE: 'Token has wrong type',
  ERR_TOKEN_BLACKLISTED: 'Token is blacklisted',
  ERR_TOKEN_NO_REFRESH_EXP: "Token has no 'refresh_exp' claim",
  ERR_TOKEN_REFRESH_EXPIRED: "Token 'refresh_exp' claim has expired",
  ERR_TOKEN_NO_USER: 'Token contained no recognizable user identification',
  ERR_USER_NOT_FOUND: 'User not found',
  ERR_USER_INACTIVE: 'User is inactive',
  ERR_USER_PASSWORD_CHANGED: "The user's password has been changed.",
  ERR_NO_ACTIVE_ACCOUNT: 'No active account found for the given token.',
} as const satisfies Record<TokenErrorCode, string>

/** What a client is told about a refused token, by code. */
export function tokenMessage(code: TokenErrorCode): string {
  return MESSAGES[code]
}

/** The token is refused: HTTP 401 (RFC 6750 section 3.1, `invalid_token`). */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly status = 401
  readonly statusCode = 401

  constructor(
    readonly code: TokenErrorCode,
    options?: { cause?: unknown },
  ) {
    super(MESSAGES[code], options)
  }
}

/** Nobody can tell whether the token is good: HTTP 503. Express reads `status` and `headers`, NestJS `statusCode` and `expose`. */
abstract class UnavailableError extends Error {
  readonly status = 503
  readonly statusCode = 503
  /** The message is for the app's log: it may name hosts and tables. */
  readonly expose = false
  readonly headers = { 'Retry-After': '1' }
}

/**
 * Nobody can tell whether a token is blacklisted, or whether a write was done. The database is down, slow, or lacks the
 * tables; `cause` says which. Never treat it as a bad token.
 */
export class BlacklistUnavailableError extends UnavailableError {
  override readonly name = 'BlacklistUnavailableError'
  readonly code = 'ERR_BLACKLIST_UNAVAILABLE'
}

/** The database holds this jti for equal to another token's, so the write could not be done as asked. */
export class BlacklistConflictError extends UnavailableError {
  override readonly name = 'BlacklistConflictError'
  readonly code = 'ERR_BLACKLIST_CONFLICT'

  constructor() {
    super(
      'It was not done: the database holds the jti of this token for equal to that of another. Give the column jti a binary ' +
        'collation (utf8mb4_bin on MySQL), as the migrations do; and roll back the transaction, if it is your own.',
    )
  }
}

/** `secretOrKeyProvider` failed to get a key, so nobody can tell whether the signature is good. */
export class KeyUnavailableError extends UnavailableError {
  override readonly name = 'KeyUnavailableError'
  readonly code = 'ERR_KEY_UNAVAILABLE'
}

/** The cursor of a page is none, or belongs to a list of another order: HTTP 400. Begin at the first page. */
export class CursorError extends Error {
  override readonly name = 'CursorError'
  readonly code = 'ERR_CURSOR_INVALID'
  readonly status = 400
  readonly statusCode = 400

  constructor() {
    super('The cursor is not one of this list; leave it out to begin at the first page')
  }
}

const CODE_OF_NAME: Partial<Record<string, TokenErrorCode>> = {
  JsonWebTokenError: 'ERR_TOKEN_INVALID',
  TokenExpiredError: 'ERR_TOKEN_EXPIRED',
  NotBeforeError: 'ERR_TOKEN_NOT_ACTIVE',
  // jwks-rsa: no such key id at the key server.
  SigningKeyNotFoundError: 'ERR_TOKEN_INVALID',
}

/** The code for an error with which jsonwebtoken, passport-jwt or we refused a token; undefined for any other. */
export function codeOf(error: unknown): TokenErrorCode | undefined {
  if (error instanceof TokenError) return error.code
  if (!(error instanceof Error)) return undefined
  return error.message === MESSAGES.ERR_TOKEN_MISSING ? 'ERR_TOKEN_MISSING' : CODE_OF_NAME[error.name]
}
