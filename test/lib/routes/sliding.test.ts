import { describe, expect, test } from 'vitest'
import type { TokenBlacklistOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { PASSWORD, routeApp } from '../../support/route-apps'
import { rowsOf } from '../../support/rows'
import { inSeconds } from '../../support/seconds'

const LOGIN = { username: 'alice', password: PASSWORD }
const refusal = (detail: string) => ({ status: 401, body: { detail, code: 'token_not_valid' } })
const NO_CLAIM = refusal("Token has no 'refresh_exp' claim")
const PASSED = refusal("Token 'refresh_exp' claim has expired")

describe.each(DIALECTS)('sliding tokens on %s', (dialect) => {
  const db = useDatabase(dialect)
  /** Routes whose clock the test sets. */
  const app = async (options: Partial<TokenBlacklistOptions> = {}) => {
    const time = { now: inSeconds(0) }
    const tokens = db.make({
      slidingTokenLifetime: 300,
      slidingTokenRefreshLifetime: 3600,
      clock: () => time.now * 1000,
      ...options,
    })
    const { post } = await routeApp(tokens)
    const obtain = async () => ((await post('/sliding', LOGIN)).body as { token: string }).token
    const refresh = (token: string) => post('/sliding/refresh', { token })
    return { time, tokens, obtain, refresh, post }
  }

  test('are obtained, recorded, and refreshed into a copy that lives longer', async () => {
    const { time, tokens, obtain, refresh } = await app()
    const issued = time.now
    const token = await obtain()
    const claims = claimsOf(token)
    expect(claims).toEqual({
      sub: 'alice',
      token_type: 'sliding',
      iat: issued,
      exp: issued + 300,
      refresh_exp: issued + 3600,
      jti: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    })
    time.now += 200
    const answer = await refresh(token)
    expect(answer).toMatchObject({ status: 200, body: { token: expect.any(String) } })
    const copy = (answer.body as { token: string }).token
    expect(claimsOf(copy)).toEqual({ ...claims, iat: issued + 200, exp: issued + 500 })
    expect((await rowsOf(tokens, String(claims.jti))).outstanding).toMatchObject([
      { userId: 'alice', createdAt: new Date(issued * 1000), expiresAt: new Date((issued + 3900) * 1000), token: null },
    ])
    time.now += 200
    expect(await refresh(token)).toMatchObject(refusal('Token is expired'))
    expect((await refresh(copy)).status).toBe(200)
  })

  test('can be refreshed until refresh_exp, and not then', async () => {
    const { time, obtain, refresh } = await app({ slidingTokenLifetime: 7200 })
    const token = await obtain()
    time.now += 3599
    expect((await refresh(token)).status).toBe(200)
    time.now += 1
    expect(await refresh(token)).toMatchObject(PASSED)
  })

  test('have the leeway at both of their ends', async () => {
    const { time, obtain, refresh } = await app({ leeway: 10 })
    const first = await obtain()
    time.now += 309
    const { token: second } = (await refresh(first)).body as { token: string }
    time.now += 1
    expect(await refresh(first)).toMatchObject(refusal('Token is expired'))
    expect((await refresh(second)).status).toBe(200)

    const long = await app({ leeway: 10, slidingTokenLifetime: 7200 })
    const token = await long.obtain()
    long.time.now += 3609
    expect((await long.refresh(token)).status).toBe(200)
    long.time.now += 1
    expect(await long.refresh(token)).toMatchObject(PASSED)
  })

  test('need a refresh_exp that is a time', async () => {
    const { refresh } = await app()
    for (const refresh_exp of [undefined, null, 'tomorrow', {}, true])
      expect(await refresh(signed({ token_type: 'sliding', refresh_exp }))).toMatchObject(NO_CLAIM)
    for (const refresh_exp of [0, -1, inSeconds(-1)])
      expect(await refresh(signed({ token_type: 'sliding', refresh_exp }))).toMatchObject(PASSED)
  })

  test('keep it in the claim that slidingTokenRefreshExpClaim names', async () => {
    const { time, tokens, obtain, refresh } = await app({ slidingTokenRefreshExpClaim: 'until' })
    const token = await obtain()
    expect(claimsOf(token)).toMatchObject({ until: time.now + 3600 })
    expect(claimsOf(token)).not.toHaveProperty('refresh_exp')
    expect((await refresh(token)).status).toBe(200)
    const { outstanding } = await rowsOf(tokens, String(claimsOf(token).jti))
    expect(outstanding).toMatchObject([{ expiresAt: new Date((time.now + 3900) * 1000) }])
    const refresh_exp = inSeconds(60)
    expect(await refresh(signed({ token_type: 'sliding', refresh_exp }))).toMatchObject(
      refusal("Token has no 'refresh_exp' claim"),
    )
  })

  test('end with all their copies, by whichever copy is blacklisted', async () => {
    const { tokens, obtain, refresh, post } = await app()
    for (const chosen of [0, 1, 2]) {
      const copies = [await obtain()]
      for (let index = 0; index < 2; index++)
        copies.push(((await refresh(copies[index] as string)).body as { token: string }).token)
      await tokens.blacklist(copies[chosen] as string)
      for (const token of copies) {
        expect(await refresh(token)).toMatchObject(refusal('Token is blacklisted'))
        expect(await post('/verify', { token })).toMatchObject({ status: 400 })
      }
    }
  })
})
