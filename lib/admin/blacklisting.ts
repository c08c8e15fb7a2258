import { TokenError } from '../errors'
import { longestLifetime } from '../tokens/longest-lifetime'
import type { AdministeredTokens } from './options'

/**
 * Blacklists the outstanding token, or session, of this id. Harmless the second time.
 * @returns false where there is none
 */
export async function blacklistKnown(tokens: AdministeredTokens, jti: string): Promise<boolean> {
  try {
    await tokens.blacklist({ [tokens.settings.jtiClaim]: jti })
    return true
  } catch (error) {
    if (error instanceof TokenError && error.code === 'ERR_TOKEN_NO_EXP') return false
    throw error
  }
}

/**
 * Blacklists a token by its id alone, whether it is outstanding or not.
 * @param expiresAt when it expires at the latest; undefined: when its row says, or where there is none, after the longest of the lifetimes
 * @returns whether it was outstanding
 */
export async function blacklistById(tokens: AdministeredTokens, jti: string, expiresAt: Date | undefined): Promise<boolean> {
  const { settings } = tokens
  if (await blacklistKnown(tokens, jti)) {
    // Its row may be one of a blacklisting whose expiry was a guess.
    if (expiresAt) await tokens.outstand({ [settings.jtiClaim]: jti, exp: expiresAt.getTime() / 1000 })
    return true
  }
  const exp = expiresAt ? expiresAt.getTime() / 1000 : Math.ceil(settings.clock() / 1000) + longestLifetime(settings)
  await tokens.blacklist({ [settings.jtiClaim]: jti, exp })
  return false
}
