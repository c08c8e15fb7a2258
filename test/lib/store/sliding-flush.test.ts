import { describe, expect, test } from 'vitest'
import type { TokenBlacklistOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { signed } from '../../support/jwt'
import { rowsOf } from '../../support/rows'

const LIFETIME = 300
const REFRESH_LIFETIME = 3600

/** Seconds after the login; the last copy is made at 3599, and expires at 3899. */
const MOMENTS = [0, 200, 310, 3000, 3610, 3880, 3920, 4000, 20_000]

describe.each(DIALECTS)('no copy of a blacklisted sliding token comes back to life on %s', (dialect) => {
  const db = useDatabase(dialect)
  const make = (secondsAgo: number, options: Partial<TokenBlacklistOptions> = {}) =>
    db.make({
      slidingTokenLifetime: LIFETIME,
      slidingTokenRefreshLifetime: REFRESH_LIFETIME,
      // As sharp as can be: what has expired is flushed at once.
      flushMargin: 0,
      clock: () => Date.now() - secondsAgo * 1000,
      ...options,
    })

  const lastCopyOf = (claims: Record<string, unknown>, leeway = 0) => {
    const made = Number(claims.refresh_exp) + leeway - 1
    return signed({ ...claims, iat: made, exp: made + LIFETIME })
  }

  test.each(MOMENTS)('%i s after the login', async (moment) => {
    const then = make(moment)
    const now = make(0)
    const first = await then.SlidingToken.forUser({ id: 'alice' })
    const last = lastCopyOf(first.claims)
    await first.blacklist()
    await now.flushExpiredTokens()
    const code = moment < 3899 ? 'ERR_TOKEN_BLACKLISTED' : 'ERR_TOKEN_EXPIRED'
    await expect(now.SlidingToken.verify(last)).rejects.toMatchObject({ code })
    await expect(now.verify(last)).rejects.toMatchObject({ code })
    await expect(now.refreshSliding(last)).rejects.toMatchObject({ code })
    expect((await rowsOf(now, first.jti)).blacklisted).toHaveLength(moment < 3899 ? 1 : 0)
  })

  test.each(MOMENTS)('%i s after the login, with leeway, and a flush that spares it', async (moment) => {
    const options = { leeway: 60, flushMargin: 61 }
    const then = make(moment, options)
    const now = make(0, options)
    const first = await then.SlidingToken.forUser({ id: 'alice' })
    const last = lastCopyOf(first.claims, 60)
    await first.blacklist()
    await now.flushExpiredTokens()
    // Made at 3659, expires at 3959, accepted until 4019.
    const code = moment < 4019 ? 'ERR_TOKEN_BLACKLISTED' : 'ERR_TOKEN_EXPIRED'
    await expect(now.verify(last)).rejects.toMatchObject({ code })
  })

  test('where the row was written by somebody who counted the first copy alone', async () => {
    const now = make(0)
    const jti = 'written elsewhere'
    const claims = { jti, sub: 'alice', token_type: 'sliding' }
    const issued = Math.floor(Date.now() / 1000) - 290
    const first = signed({ ...claims, iat: issued, exp: issued + LIFETIME, refresh_exp: issued + REFRESH_LIFETIME })
    await now.outstand({ ...claims, iat: issued, exp: issued + LIFETIME })
    const { token } = await now.refreshSliding(first)
    const { outstanding } = await rowsOf(now, jti)
    expect(outstanding).toMatchObject([{ expiresAt: new Date((issued + REFRESH_LIFETIME + LIFETIME) * 1000) }])
    await now.blacklist(token)
    await now.flushExpiredTokens()
    await expect(now.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })
})
