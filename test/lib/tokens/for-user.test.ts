import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { countRows, rowsOf } from '../../support/rows'

/** 2027-01-15T08:00:00.750Z */
const NOW = 1_800_000_000_750
const clock = () => NOW
const seconds = (date: Date | null | undefined) => Number(date) / 1000

describe.each(DIALECTS)('forUser on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('records a refresh token', async () => {
    const tokens = db.make({ clock })
    const token = await tokens.RefreshToken.forUser({ id: 7 })
    expect(token.claims).toEqual({
      sub: '7',
      token_type: 'refresh',
      iat: 1_800_000_000,
      exp: 1_800_086_400,
      sid: expect.stringMatching(/^[0-9a-f]{32}$/),
      jti: `${token.claims.sid}.1`,
    })
    const { outstanding, blacklisted } = await rowsOf(tokens, token.jti)
    expect(blacklisted).toEqual([])
    expect(outstanding).toHaveLength(1)
    expect(outstanding[0]).toMatchObject({ userId: '7', token: null, jti: token.jti })
    expect(seconds(outstanding[0]?.createdAt)).toBe(token.claims.iat)
    expect(seconds(outstanding[0]?.expiresAt)).toBe(token.claims.exp)
  })

  test('records its session, until the last access token that it could give has expired', async () => {
    const tokens = db.make({ clock, accessTokenLifetime: '3d', leeway: 7 })
    const token = await tokens.RefreshToken.forUser({ id: 'alice' })
    const { outstanding, blacklisted } = await rowsOf(tokens, String(token.claims.sid))
    expect(blacklisted).toEqual([])
    expect(outstanding).toMatchObject([{ userId: 'alice', token: null }])
    expect(seconds(outstanding[0]?.createdAt)).toBe(token.claims.iat)
    expect(seconds(outstanding[0]?.expiresAt)).toBe(Number(token.claims.exp) + 7 + 3 * 86_400 + 7)
  })

  test('records no session where they are off', async () => {
    const tokens = db.make({ sessions: false })
    const before = await countRows(tokens)
    const { claims, jti } = await tokens.RefreshToken.forUser({ id: 7 })
    expect(Object.keys(claims)).not.toContain('sid')
    expect(jti).toMatch(/^[0-9a-f]{32}\.1$/)
    expect(await countRows(tokens)).toEqual({ ...before, outstanding: before.outstanding + 1 })
  })

  test('records a sliding token, until its last possible copy has expired', async () => {
    const tokens = db.make({ clock, slidingTokenLifetime: '10m', slidingTokenRefreshLifetime: '2d' })
    const token = await tokens.SlidingToken.forUser({ id: 'alice' })
    expect(token.claims).toMatchObject({ token_type: 'sliding', exp: 1_800_000_600, refresh_exp: 1_800_172_800 })
    const { outstanding } = await rowsOf(tokens, token.jti)
    expect(outstanding).toHaveLength(1)
    expect(outstanding[0]).toMatchObject({ userId: 'alice', token: null })
    expect(seconds(outstanding[0]?.createdAt)).toBe(token.claims.iat)
    expect(seconds(outstanding[0]?.expiresAt)).toBe(1_800_172_800 + 600)
  })

  test('does not record an access token', async () => {
    const tokens = db.make()
    const before = await countRows(tokens)
    const token = await tokens.AccessToken.forUser({ id: 7 })
    expect(token.claims).toMatchObject({ token_type: 'access', sub: '7' })
    expect(await countRows(tokens)).toEqual(before)
  })

  test('writes the times in UTC', async () => {
    const tokens = db.make({ clock })
    const { jti } = await tokens.RefreshToken.forUser({ id: 7 })
    const text = dialect === 'mysql' ? 'CAST(expires_at AS CHAR)' : dialect === 'postgres' ? UTC_OF_POSTGRES : 'expires_at'
    const [rows] = await db.sequelize.query(`SELECT ${text} AS t FROM outstanding_tokens WHERE jti = '${jti}'`)
    expect(rows).toEqual([{ t: expect.stringMatching(/^2027-01-16 08:00:00(\.0+)?( \+00:00)?$/) }])
  })

  test('keeps the encoded token where storeTokens is on', async () => {
    const tokens = db.make({ storeTokens: true })
    const token = await tokens.RefreshToken.forUser({ id: 7 })
    const { outstanding } = await rowsOf(tokens, token.jti)
    expect(outstanding[0]?.token).toBe(String(token))
  })

  test('names the user by the property and the claim that the options say', async () => {
    const tokens = db.make({ userIdField: 'uuid', userIdClaim: 'user_id', jtiClaim: 'tid', tokenTypeClaim: 'typ' })
    const uuid = '3f0c1e9a-0000-4000-8000-000000000000'
    const { claims } = await tokens.RefreshToken.forUser({ id: 1, uuid })
    expect(claims).toMatchObject({ user_id: uuid, typ: 'refresh', tid: expect.any(String) })
    expect(Object.keys(claims)).not.toContain('sub')
    expect((await rowsOf(tokens, String(claims.tid))).outstanding[0]).toMatchObject({ userId: uuid })
  })

  test.each([
    undefined,
    null,
    '',
    ' ',
    ' alice',
    'alice\n',
    'a\0b',
    {},
    [],
    ['alice'],
    true,
    1.5,
    Number.NaN,
    2 ** 60,
    new Date(),
  ])('refuses %o for a user id', async (id) => {
    const tokens = db.make()
    const before = await countRows(tokens)
    for (const issuing of [
      tokens.RefreshToken.forUser({ id }),
      tokens.SlidingToken.forUser({ id }),
      tokens.AccessToken.forUser({ id }),
      tokens.obtainPair({ id }),
    ])
      await expect(issuing).rejects.toThrow(/^user\.id must be a string of 1 to 255 characters/)
    expect(await countRows(tokens)).toEqual(before)
  })

  test('refuses what is no user', async () => {
    for (const user of [null, undefined, 'alice', 7] as never[])
      await expect(db.make().RefreshToken.forUser(user)).rejects.toThrow(TypeError)
  })
})

const UTC_OF_POSTGRES = "to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
