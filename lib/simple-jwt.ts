import type { TokenBlacklistOptions } from './options'

/**
 * Simple JWT's own defaults and Django's tables, to spread: `new TokenBlacklist({ ...simpleJwt, sequelize, signingKey })`. Without
 * it, this package's defaults are the safer ones.
 */
export const simpleJwt = {
  userIdClaim: 'user_id',
  sessions: false,
  rotationGracePeriod: 0,
  rotateRefreshTokens: false,
  blacklistAfterRotation: false,
  tableNames: {
    outstandingTokens: 'token_blacklist_outstandingtoken',
    blacklistedTokens: 'token_blacklist_blacklistedtoken',
  },
  djangoTables: true,
} as const satisfies Partial<TokenBlacklistOptions>
