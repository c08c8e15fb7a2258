import type { BlacklistedToken, OutstandingToken, TokenBlacklist } from '../../lib'

export interface Rows {
  outstanding: OutstandingToken[]
  blacklisted: BlacklistedToken[]
}

/** What the tables hold about a jti. */
export async function rowsOf({ models }: TokenBlacklist, jti: string): Promise<Rows> {
  const outstanding = await models.OutstandingToken.findAll({ where: { jti } })
  const blacklisted = await models.BlacklistedToken.findAll({ where: { tokenId: outstanding.map(({ id }) => id) } })
  return { outstanding, blacklisted }
}

/** How many rows both tables have. */
export async function countRows({ models }: TokenBlacklist): Promise<{ outstanding: number; blacklisted: number }> {
  return { outstanding: await models.OutstandingToken.count(), blacklisted: await models.BlacklistedToken.count() }
}
