import { type Claims, newChainJti, successorOf } from '../claims'
import { exchange } from '../store/rotation'
import { AccessToken } from './access-token'
import { issue, Token, type TokenClass, type WriteOptions } from './token'

export type RefreshTokenClass<T extends RefreshToken> = TokenClass<T> & {
  /** The class of the access tokens that this one's tokens give. */
  readonly accessTokenClass: TokenClass<AccessToken>
}

/** Is exchanged for access tokens. Outstanding from the moment it is issued. */
export class RefreshToken extends Token {
  static override readonly tokenType: string = 'refresh'
  static override readonly outstanding: boolean = true
  static readonly accessTokenClass: TokenClass<AccessToken> = AccessToken

  static override lifetime(): number {
    return this.context.settings.refreshTokenLifetime
  }

  static override newJti(): string {
    return newChainJti()
  }

  /**
   * A new refresh token for a user, recorded as outstanding: the first of its chain.
   * @throws TypeError where the user has no usable id
   */
  static override async forUser(user: object, options?: WriteOptions): Promise<RefreshToken> {
    const token = (await super.forUser(user)) as RefreshToken
    await token.outstand(options)
    return token
  }

  /** A new access token with this token's claims. */
  get accessToken(): AccessToken {
    return issue(this.ownClass.accessTokenClass, this.inheritedClaims())
  }

  /**
   * Exchanges this token for its one successor: blacklists the one and records the other, both or neither.
   * @returns undefined where this token was blacklisted already
   */
  async rotate({ transaction }: WriteOptions = {}): Promise<this | undefined> {
    const successor = this.successor()
    successor.claims[this.context.settings.jtiClaim] = successorOf(this.jti)
    return (await exchange(this.context.store, this.row(), successor.row(), transaction)) ? successor : undefined
  }

  /** A new refresh token with this token's claims. Not recorded. */
  successor(): this {
    return issue(this.ownClass, this.inheritedClaims())
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
