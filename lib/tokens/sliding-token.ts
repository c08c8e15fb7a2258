import { isNumericDate } from '../claims'
import { TokenError } from '../errors'
import { nowOf } from './jwt'
import { Token, type TokenClass, type WriteOptions } from './token'

/**
 * Grants access for a short time, and can be exchanged for a copy with a later `exp` until its `refresh_exp`. It keeps its jti,
 * so that blacklisting one copy blacklists all. Outstanding from the moment it is issued.
 */
export class SlidingToken extends Token {
  static override readonly tokenType: string = 'sliding'
  static override readonly outstanding: boolean = true

  static override lifetime(): number {
    return this.context.settings.slidingTokenLifetime
  }

  /**
   * A new sliding token for a user, recorded as outstanding.
   * @throws TypeError where the user has no usable id
   */
  static override async forUser(user: object, options?: WriteOptions): Promise<SlidingToken> {
    const { settings } = this.context
    const token = (await super.forUser(user)) as SlidingToken
    token.claims[settings.slidingTokenRefreshExpClaim] = nowOf(this.context) + settings.slidingTokenRefreshLifetime
    await token.outstand(options)
    this.context.announce('issued', { ...token.subject, tokenType: this.tokenType })
    return token
  }

  /**
   * A copy with a later `exp`, and the same jti. Its row is made to last as long as the last possible copy, whoever wrote it.
   * @throws TokenError ERR_TOKEN_NO_REFRESH_EXP, ERR_TOKEN_REFRESH_EXPIRED
   */
  async refresh(options?: WriteOptions): Promise<this> {
    const { leeway, slidingTokenRefreshExpClaim } = this.context.settings
    const now = nowOf(this.context)
    const refreshExp = this.claims[slidingTokenRefreshExpClaim]
    if (!isNumericDate(refreshExp)) throw new TokenError('ERR_TOKEN_NO_REFRESH_EXP')
    if (now >= refreshExp + leeway) throw new TokenError('ERR_TOKEN_REFRESH_EXPIRED')
    const ownClass = this.constructor as unknown as TokenClass<this>
    const copy = new ownClass({ ...this.claims, iat: now, exp: now + ownClass.lifetime() })
    await copy.outstand(options)
    return copy
  }
}
