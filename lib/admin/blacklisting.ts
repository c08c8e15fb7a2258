import { isChain } from '../claims'
import { TokenError } from '../errors'
import type { AdministeredTokens } from './options'

/**
 * Blacklists the outstanding token, or session, of this id. Harmless the second time.
 * @returns false where there is none
 */
export async function blacklistKnown(tokens: AdministeredTokens, jti: string): Promise<boolean> {
  if (isChain(jti)) return tokens.revokeSession(jti)
  try {
    await tokens.blacklist({ [tokens.settings.jtiClaim]: jti })
    return true
  } catch (error) {
    if (error instanceof TokenError && error.code === 'ERR_TOKEN_NO_EXP') return false
    throw error
  }
}
