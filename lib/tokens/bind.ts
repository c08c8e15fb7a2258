import { AccessToken as UnboundAccessToken } from './access-token'
import type { TokenContext } from './context'
import { RefreshToken as UnboundRefreshToken } from './refresh-token'
import { SlidingToken as UnboundSlidingToken } from './sliding-token'

/** The token classes of one `TokenBlacklist`. Subclass them for claims of your own. */
export interface TokenClasses {
  AccessToken: typeof UnboundAccessToken
  RefreshToken: typeof UnboundRefreshToken
  SlidingToken: typeof UnboundSlidingToken
}

export function bindTokenClasses(context: TokenContext): TokenClasses {
  class AccessToken extends UnboundAccessToken {
    static override readonly context = context
  }
  class RefreshToken extends UnboundRefreshToken {
    static override readonly context = context
    static override readonly accessTokenClass = AccessToken
  }
  class SlidingToken extends UnboundSlidingToken {
    static override readonly context = context
  }
  return { AccessToken, RefreshToken, SlidingToken }
}
