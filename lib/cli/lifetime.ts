import type { Sequelize } from 'sequelize'
import { resolveOptions } from '../options'
import type { Listing } from '../store/listing/types'
import { longestLifetime } from '../tokens/longest-lifetime'

/** How many of the youngest tokens tell how long the app's tokens live. */
const SAMPLE = 500

/**
 * How long a token of the app's lives at the longest. The command line does not know the app's settings, but its tokens show them; and
 * by default none lives longer than a sliding token or a session that is refreshed once.
 * @returns seconds
 */
export async function longestLifetimeSeen(sequelize: Sequelize, listing: Listing): Promise<number> {
  const { rows } = await listing.listOutstanding({ filter: 'all', limit: SAMPLE })
  const seen = rows.map(({ kind, createdAt, expiresAt }) => {
    // A session's row moves on with each refresh.
    return createdAt && kind !== 'session' ? (expiresAt.getTime() - createdAt.getTime()) / 1000 : 0
  })
  return Math.max(longestLifetime(resolveOptions({ sequelize })), ...seen)
}
