import type { KeyObject } from 'node:crypto'
import type { Claims } from './claims'
import type { Settings } from './options'

/** What the strategy needs of a `TokenBlacklist`. */
export interface TokenCheck {
  readonly settings: Settings
  readonly verifyingKey: KeyObject
  /**
   * Whether the token's jti, or its session, is blacklisted.
   * @throws TokenError ERR_TOKEN_NO_JTI
   * @throws BlacklistUnavailableError where nobody can tell
   */
  isBlacklisted(claims: Claims): Promise<boolean>
}
