import { besideOf, type Claims, firstOfChain, isChain, newChain, successorOf } from '../claims'
import { TokenError } from '../errors'
import { type OutstandingRow, record } from '../store/outstanding'
import { rotate } from '../store/rotation'
import { AccessToken } from './access-token'
import { nowOf } from './jwt'
import { sessionClaims, sessionRowOf } from './session'
import { issue, Token, type TokenClass, type WriteOptions } from './token'
import { claimsOfUser } from './user'

export type RefreshTokenClass<T extends RefreshToken> = TokenClass<T> & {
  /** The class of the access tokens that this one's tokens give. */
  readonly accessTokenClass: TokenClass<AccessToken>
}

/** Is exchanged for access tokens. Outstanding from the moment it is issued, and its session with it. */
export class RefreshToken extends Token {
  static override readonly tokenType: string = 'refresh'
  static override readonly outstanding: boolean = true
  static readonly accessTokenClass: TokenClass<AccessToken> = AccessToken

  static override lifetime(): number {
    return this.context.settings.refreshTokenLifetime
  }

  static override newJti(): string {
    return firstOfChain(newChain())
  }

  /**
   * A new refresh token for a user, recorded as outstanding: the first of its chain, and with `sessions` of its session.
   * @throws TypeError where the user has no usable id
   */
  static override async forUser(user: object, options?: WriteOptions): Promise<RefreshToken> {
    const { settings, announce } = this.context
    const chain = newChain()
    const claims = { ...claimsOfUser(settings, user), ...sessionClaims(settings, chain, nowOf(this.context)) }
    const token = issue(this as TokenClass<RefreshToken>, claims, firstOfChain(chain))
    await token.outstand(options)
    announce('issued', { ...token.subject, tokenType: this.tokenType })
    return token
  }

  /** A new access token with this token's claims. */
  get accessToken(): AccessToken {
    return issue(this.ownClass.accessTokenClass, this.inheritedClaims())
  }

  /** Records this token as outstanding, and its session, if they are not yet. */
  override async outstand({ transaction }: WriteOptions = {}): Promise<void> {
    const session = this.sessionRow()
    await record(this.context.store, session ? [session, this.row()] : [this.row()], transaction)
  }

  /**
   * Makes its session last as long as the access tokens that this token gives, whatever lifetimes held when it was issued.
   * @internal
   */
  async prolongSession({ transaction }: WriteOptions = {}): Promise<void> {
    const session = this.sessionRow()
    if (session) await record(this.context.store, [session], transaction)
  }

  /**
   * Exchanges this token for its one successor: blacklists the one and records the other, both or neither. Shown again within
   * the grace period, it gets the same one; later, its session is ended.
   * @param since when the request came, by `performance.now()`
   * @throws TokenError ERR_TOKEN_BLACKLISTED
   * @internal
   */
  async rotate(since: number, { transaction }: WriteOptions = {}): Promise<this> {
    const { store, settings, announce } = this.context
    const successor = issue(this.ownClass, this.inheritedClaims(), successorOf(this.jti))
    const rotation = {
      old: this.row(),
      successor: successor.row(),
      session: successor.sessionRow(),
      gracePeriod: settings.rotationGracePeriod,
      since,
    }
    const outcome = await rotate(store, rotation, transaction)
    if (outcome.is === 'reused') announce('reuse', this.subject)
    if (outcome.is === 'reused' || outcome.is === 'blacklisted') throw new TokenError('ERR_TOKEN_BLACKLISTED')
    if (outcome.is === 'repeated') Object.assign(successor.claims, { iat: outcome.createdAt, exp: outcome.expiresAt })
    announce('refreshed', { ...this.subject, repeated: outcome.is === 'repeated' })
    return successor
  }

  /** A new refresh token with this token's claims, in its session. Not recorded. @internal */
  sibling(): this {
    const { sid } = this.claims
    const jti = typeof sid === 'string' && isChain(sid) ? besideOf(sid) : undefined
    return issue(this.ownClass, this.inheritedClaims(), jti)
  }

  protected override sessionRow(): OutstandingRow | null {
    return sessionRowOf(this.context.settings, this.claims, {
      now: nowOf(this.context),
      accessTokenLifetime: this.ownClass.accessTokenClass.lifetime(),
    })
  }

  private get ownClass(): RefreshTokenClass<this> {
    return this.constructor as unknown as RefreshTokenClass<this>
  }

  private inheritedClaims(): Claims {
    const { tokenTypeClaim, jtiClaim } = this.context.settings
    const { exp, iat, [tokenTypeClaim]: _type, [jtiClaim]: _jti, ...inherited } = this.claims
    return inherited
  }
}
