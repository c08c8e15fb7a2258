import { beforeEach, describe, expect, test } from 'vitest'
import type { TokenBlacklistOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { expiryOf, isListed, REFUSED, sidOf } from '../../support/sessions'

const YEAR = 365 * 86_400_000
const ENDS = ['blacklist', 'blacklistUser', 'revokeSession'] as const
const SETTINGS: Record<string, Partial<TokenBlacklistOptions>> = {
  rotated: {},
  'not rotated': { rotateRefreshTokens: false },
  'not blacklisted after rotation': { blacklistAfterRotation: false },
}

describe.each(DIALECTS)('the lifetimes of a session on %s', (dialect) => {
  const db = useDatabase(dialect)
  /** A year ago on the app's clock, so that the database's holds no flush back. */
  let now: number
  const clock = () => now
  beforeEach(() => {
    now = Date.now() - YEAR
  })

  test.each(Object.entries(SETTINGS).flatMap(([name, settings]) => ENDS.map((end) => [name, end, settings] as const)))(
    'a flush brings no access token back, refresh tokens %s, ended by %s',
    async (_name, end, settings) => {
      const options = { clock, leeway: 20, flushMargin: 30, refreshTokenLifetime: '1h', ...settings } as const
      // The access tokens live longer only after the login, and far longer than the refresh tokens.
      const tokens = db.make({ ...options, accessTokenLifetime: '3d' })
      const pair = await db.make({ ...options, accessTokenLifetime: '1m' }).obtainPair({ id: 'alice' })
      now += 3_619_000
      const { access } = await tokens.refresh(pair.refresh)
      if (end === 'blacklist') await tokens.blacklist(pair.refresh)
      else if (end === 'blacklistUser') await tokens.blacklistUser('alice')
      else await tokens.revokeSession(sidOf(access))
      now = (Number(claimsOf(access).exp) + 19) * 1000
      await tokens.flushExpiredTokens()
      await expect(tokens.verify(access)).rejects.toMatchObject(REFUSED)
      now += 3_700_000
      await expect(tokens.verify(access)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' })
      now += 3_700_000
      await tokens.flushExpiredTokens()
      expect(await tokens.models.OutstandingToken.count()).toBe(0)
    },
  )

  test('a flush brings none back of a class whose tokens live longer', async () => {
    const tokens = db.make({ clock, flushMargin: 1 })
    class LongToken extends tokens.AccessToken {
      static override lifetime() {
        return 40 * 86_400
      }
    }
    class MemberToken extends tokens.RefreshToken {
      static override readonly accessTokenClass = LongToken
    }
    const refresh = await MemberToken.forUser({ id: 'member' })
    const access = String(refresh.accessToken)
    await tokens.revokeSession(String(refresh.claims.sid))
    now += 39 * 86_400_000
    await tokens.flushExpiredTokens()
    await expect(tokens.verify(access)).rejects.toMatchObject(REFUSED)
  })

  test('a session outlasts refresh tokens of a class that live longer', async () => {
    const tokens = db.make({ clock })
    class LongToken extends tokens.RefreshToken {
      static override lifetime() {
        return 40 * 86_400
      }
    }
    const first = await LongToken.forUser({ id: 'long' })
    now += 86_400_000
    const next = await first.rotate(performance.now())
    expect(await expiryOf(tokens, String(first.claims.sid))).toBe(Number(next.claims.exp) + 300)
  })

  test('a flush does not bring back the younger token of a session that is known by its older one alone', async () => {
    const tokens = db.make({ clock, flushMargin: 1 })
    const start = Math.floor(now / 1000)
    const theirs = (lifetime: number) => signed({ token_type: 'refresh', sid: 'their session', exp: start + lifetime })
    const [older, younger] = [theirs(60), theirs(86_400)]
    await tokens.blacklist(older)
    now += 86_000_000
    await tokens.flushExpiredTokens()
    await expect(tokens.verify(younger)).rejects.toMatchObject(REFUSED)
  })

  test('sessionLifetime ends a session, refreshed or not, with all its tokens', async () => {
    const tokens = db.make({ clock, sessionLifetime: '2h', refreshTokenLifetime: '90m', accessTokenLifetime: '80m' })
    const start = Math.floor(now / 1000)
    let { access, refresh } = await tokens.obtainPair({ id: 'bounded' })
    const sid = sidOf(access)
    expect([claimsOf(refresh).exp, claimsOf(access).exp]).toEqual([start + 5400, start + 4800])
    for (let i = 0; i < 2; i++) {
      now += 3_000_000
      const answer = await tokens.refresh(refresh)
      access = answer.access
      refresh = String(answer.refresh)
    }
    expect([claimsOf(refresh).exp, claimsOf(access).exp]).toEqual([start + 7200, start + 7200])
    expect(await isListed(tokens, 'bounded', sid)).toBe(true)
    now += 1_200_000
    for (const encoded of [refresh, access])
      await expect(tokens.verify(encoded)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' })
    await expect(tokens.refresh(refresh)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' })
    expect(await isListed(tokens, 'bounded', sid)).toBe(false)
  })

  test('sessionLifetime bounds tokens that live beside each other, and those that are not rotated', async () => {
    for (const settings of [{ blacklistAfterRotation: false }, { rotateRefreshTokens: false }]) {
      const tokens = db.make({ clock, sessionLifetime: 600, ...settings })
      const start = Math.floor(now / 1000)
      const { refresh } = await tokens.obtainPair({ id: 'bounded' })
      now += 500_000
      const answer = await tokens.refresh(refresh)
      for (const encoded of Object.values(answer)) expect(claimsOf(encoded).exp).toBe(start + 600)
    }
  })
})
