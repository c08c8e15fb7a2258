import type { Transaction } from 'sequelize'
import { type Claims, idsOf, jtiOf, newId, sidOf, userIdOf } from '../claims'
import { TokenError } from '../errors'
import { blacklist } from '../store/blacklist'
import { type OutstandingRow, record } from '../store/outstanding'
import type { TokenContext } from './context'
import { decode, nowOf, sign } from './jwt'
import { rowOf } from './row'
import { boundBySession } from './session'
import { claimsOfUser } from './user'

/** For every call that writes: the transaction of which the write is to be a part. */
export interface WriteOptions {
  transaction?: Transaction | null | undefined
}

/** A token class bound to a `TokenBlacklist`, or a subclass of one. */
export type TokenClass<T extends Token> = (new (
  claims: Claims,
  encoded?: string,
) => T) & {
  readonly context: TokenContext
  readonly tokenType: string
  readonly outstanding: boolean
  lifetime(): number
  newJti(): string
}

/**
 * What the kinds of token have in common. Its claims may be added to or changed until it is encoded, by `String(token)`; but not
 * jti and exp, once it is recorded.
 */
export abstract class Token {
  /** The `TokenBlacklist` to whose settings, keys and tables this class is bound. */
  static readonly context: TokenContext
  /** The value of the type claim. */
  static readonly tokenType: string
  /** Whether tokens of this type are recorded as they are issued. */
  static readonly outstanding: boolean = false
  /** Private, so that a token that is logged does not show it. */
  readonly #encoded: string | undefined

  /** @param encoded the token as it came, which `storeTokens` keeps: a service that only verifies cannot encode it anew */
  constructor(
    readonly claims: Claims,
    encoded?: string,
  ) {
    this.#encoded = encoded
  }

  /** Seconds from issue to expiry. */
  static lifetime(): number {
    throw new TypeError(`${this.name} must say its lifetime`)
  }

  static newJti(): string {
    return newId()
  }

  /**
   * A new token for a user, by the user's property `userIdField`.
   * @throws TypeError where the user has no usable id
   */
  static async forUser(user: object, _options?: WriteOptions): Promise<Token> {
    return issue(this as unknown as TokenClass<Token>, claimsOfUser(this.context.settings, user))
  }

  /**
   * Checks everything, the blacklist included.
   * @throws TokenError where the token is refused; `code` says why
   * @throws BlacklistUnavailableError where nobody can tell
   */
  static async verify<T extends Token>(this: TokenClass<T>, encoded: string): Promise<T> {
    const token = await decodeAs(this, encoded)
    await token.assertNotBlacklisted()
    return token
  }

  /** The encoded JWT, signed anew. */
  toString(): string {
    return sign(this.context, this.claims)
  }

  get jti(): string {
    return jtiOf(this.claims, this.context.settings.jtiClaim)
  }

  /**
   * Makes sure that this token is never accepted again, whether it was recorded or not. Harmless the second time.
   * @throws BlacklistUnavailableError where it may not have been done
   */
  async blacklist({ transaction }: WriteOptions = {}): Promise<void> {
    const { store, announce } = this.context
    const sessionEnded = await blacklist(store, { token: this.row(), session: this.sessionRow() }, transaction)
    announce('blacklisted', { ...this.subject, sessionEnded })
  }

  /** Records this token as outstanding, if it is not yet. */
  async outstand({ transaction }: WriteOptions = {}): Promise<void> {
    await record(this.context.store, [this.row()], transaction)
  }

  /** @throws TokenError ERR_TOKEN_BLACKLISTED */
  async assertNotBlacklisted(): Promise<void> {
    if (await this.isBlacklisted()) throw new TokenError('ERR_TOKEN_BLACKLISTED')
  }

  /** Whether this token, or its session, is blacklisted. */
  async isBlacklisted(): Promise<boolean> {
    const { lookup, settings } = this.context
    return lookup.anyBlacklisted(idsOf(this.claims, settings))
  }

  /** The session that ends with this token; null where none does. */
  protected sessionRow(): OutstandingRow | null {
    return null
  }

  /** Whom and what an event about this token is about. @internal */
  get subject() {
    return {
      userId: userIdOf(this.claims[this.context.settings.userIdClaim]),
      sid: sidOf(this.claims),
      jti: this.jti,
    }
  }

  /** @internal */
  get context(): TokenContext {
    return (this.constructor as unknown as TokenClass<this>).context
  }

  protected row(): OutstandingRow {
    const { settings, keys } = this.context
    if (!settings.storeTokens) return rowOf(settings, this.claims)
    return rowOf(settings, this.claims, this.#encoded ?? (keys.signingKey && String(this)))
  }
}

/** Whether it is a token class that is bound to a `TokenBlacklist`. */
export function isTokenClass(value: unknown): value is TokenClass<Token> {
  return typeof value === 'function' && value.prototype instanceof Token && (value as typeof Token).context !== undefined
}

/** A new token with these claims, besides its own: type, iat, exp, jti, and iss and aud if they are set. Not recorded. */
export function issue<T extends Token>(tokenClass: TokenClass<T>, claims: Claims, jti = tokenClass.newJti()): T {
  const { context } = tokenClass
  const { tokenTypeClaim, jtiClaim, issuer, audience } = context.settings
  const iat = nowOf(context)
  return new tokenClass({
    ...claims,
    [tokenTypeClaim]: tokenClass.tokenType,
    iat,
    exp: boundBySession(claims, iat + tokenClass.lifetime()),
    [jtiClaim]: jti,
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  })
}

/**
 * As `verify`, but a good token is not looked up in the blacklist yet. One of the wrong type is: where tokens are recorded as they
 * are issued, Simple JWT tells that a token is blacklisted before it tells that it is of the wrong type.
 * @throws TokenError
 */
export async function decodeAs<T extends Token>(tokenClass: TokenClass<T>, encoded: string): Promise<T> {
  const { context, tokenType, outstanding } = tokenClass
  const claims = decode(context, encoded)
  jtiOf(claims, context.settings.jtiClaim)
  const type = claims[context.settings.tokenTypeClaim]
  const token = new tokenClass(claims, encoded)
  if (type === tokenType) return token
  if (outstanding) await token.assertNotBlacklisted()
  throw new TokenError(type === undefined ? 'ERR_TOKEN_NO_TYPE' : 'ERR_TOKEN_WRONG_TYPE')
}
