import { describe, expect, test } from 'vitest'
import { newChain } from '../../../lib/claims'
import { useDatabase } from '../../support/blacklist'
import { insertBulk } from '../../support/bulk-rows'
import { DIALECTS } from '../../support/databases'
import { claimsOf } from '../../support/jwt'
import { rowsOf } from '../../support/rows'
import { DAY, inSeconds } from '../../support/seconds'
import { chainOf, heard, isListed, REFUSED, rotated, sidOf } from '../../support/sessions'

const at = (seconds: unknown) => new Date(Number(seconds) * 1000)

describe.each(DIALECTS)('the sessions of a user on %s', (dialect) => {
  const db = useDatabase(dialect)
  const refuses = (tokens: ReturnType<typeof db.make>, encoded: string[]) =>
    Promise.all(encoded.map((token) => expect(tokens.verify(token)).rejects.toMatchObject(REFUSED)))

  test('are listed, the youngest first, with their times', async () => {
    let now = Date.parse('2035-01-01T00:00:00.300Z')
    const tokens = db.make({ clock: () => now })
    const old = await tokens.obtainPair({ id: 'alice' })
    now += 600_000
    const young = await tokens.obtainPair({ id: 'alice' })
    await tokens.obtainPair({ id: 'Alice' })
    now += 600_000
    const next = await rotated(tokens, old.refresh)
    const session = (first: string, last: string) => ({
      id: sidOf(first),
      createdAt: at(claimsOf(first).iat),
      refreshedAt: at(claimsOf(last).iat),
      expiresAt: at(Number(claimsOf(last).exp) + 300),
    })
    expect(await tokens.sessionsOf('alice')).toEqual([session(young.refresh, young.refresh), session(old.refresh, next.refresh)])
    expect(claimsOf(next.refresh).iat).not.toBe(claimsOf(old.refresh).iat)
    now += 86_400_000 - 600_000 + 300_000
    expect(await tokens.sessionsOf('alice')).toMatchObject([{ id: sidOf(old.refresh) }])
    now += 600_000
    expect(await tokens.sessionsOf('alice')).toEqual([])
  })

  test('are without those that ended, and without tokens that are no sessions', async () => {
    const tokens = db.make()
    await db.make({ sessions: false }).obtainPair({ id: 'bob' })
    await tokens.obtainSliding({ id: 'bob' })
    for (const jti of ['own', 'x'.repeat(32)]) await tokens.outstand({ jti, sub: 'bob', exp: inSeconds(60) })
    const { sid, refresh } = await chainOf(tokens, 'bob', 1)
    expect((await tokens.sessionsOf('bob')).map(({ id }) => id)).toEqual([sid])
    await tokens.blacklist(String(refresh[0]))
    expect(await tokens.sessionsOf('bob')).toEqual([])
    expect(await tokens.sessionsOf('nobody')).toEqual([])
    for (const id of [null, '', {}] as never[]) await expect(tokens.sessionsOf(id)).rejects.toThrow(TypeError)
  })

  test('are listed up to a hundred', async () => {
    const tokens = db.make()
    const chains = Array.from({ length: 130 }, (_, index) => index.toString(16).padStart(32, 'c'))
    const others = chains.flatMap((chain) => [chain, `${chain}.1`, `${chain.slice(1)}X`])
    await insertBulk(
      tokens,
      others.map((jti) => ({ jti, userId: 'busy', expiresIn: DAY })),
    )
    const last = await chainOf(tokens, 'busy', 1)
    const listed = await tokens.sessionsOf('busy')
    expect(listed.map(({ id }) => id)).toEqual([last.sid, ...chains.slice(-99).reverse()])
    expect(listed[0]?.refreshedAt).toEqual(at(claimsOf(String(last.refresh[1])).iat))
  })

  test('show a token that joined them as a refresh', async () => {
    let now = Date.now()
    const tokens = db.make({ clock: () => now, blacklistAfterRotation: false })
    const pair = await tokens.obtainPair({ id: 'beside' })
    now += 60_000
    const next = await rotated(tokens, pair.refresh)
    const listed = await tokens.sessionsOf('beside')
    expect(listed).toMatchObject([{ id: sidOf(pair.refresh), refreshedAt: at(claimsOf(next.refresh).iat) }])
  })

  test('are ended by id, once, and only those of the user', async () => {
    const tokens = db.make()
    const blacklisted = heard(tokens, 'blacklisted')
    const mine = await chainOf(tokens, 'carol', 1)
    const other = await chainOf(tokens, 'carol', 0)
    for (const userId of ['Carol', 'dave', 0]) expect(await tokens.revokeSession(mine.sid, { userId })).toBe(false)
    for (const id of ['x', '', 'a'.repeat(32), mine.sid.toUpperCase(), `${mine.sid}.1`, undefined as never])
      expect(await tokens.revokeSession(id)).toBe(false)
    expect(blacklisted).toEqual([])
    for (const encoded of mine.access) await tokens.verify(encoded)
    for (let i = 0; i < 2; i++) expect(await tokens.revokeSession(mine.sid, { userId: 'carol' })).toBe(true)
    await refuses(tokens, [...mine.access, ...mine.refresh])
    for (const encoded of mine.refresh) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
    for (const encoded of [...other.access, ...other.refresh]) await tokens.verify(encoded)
    expect(blacklisted[0]).toEqual({ userId: 'carol', sid: mine.sid, jti: mine.sid, sessionEnded: true })
  })

  const FORMS = ['refresh token', 'jti', 'jti and exp', 'claims', 'session id']
  test.each(FORMS)('end with a logout by any %s of theirs', async (form) => {
    for (const member of [0, 1, 2]) {
      const tokens = db.make()
      const { sid, refresh, access } = await chainOf(tokens, 'erin', 2)
      const token = String(refresh[member])
      const { jti, exp } = claimsOf(token)
      if (form === 'refresh token') await tokens.blacklist(token)
      else if (form === 'jti') await tokens.blacklist({ jti })
      else if (form === 'jti and exp') await tokens.blacklist({ jti, exp })
      else if (form === 'claims') await tokens.blacklist(claimsOf(token))
      else await tokens.blacklist({ jti: sid })
      await refuses(tokens, [...access, ...refresh])
      await expect(tokens.refresh(String(refresh[2]))).rejects.toMatchObject(REFUSED)
      expect(await isListed(tokens, 'erin', sid)).toBe(false)
    }
  })

  test('end by the jti of a member whose own row is gone', async () => {
    const tokens = db.make()
    const { sid, refresh, access } = await chainOf(tokens, 'old', 1)
    await tokens.models.OutstandingToken.update({ expiresAt: new Date(0) }, { where: { jti: `${sid}.1` } })
    await tokens.flushExpiredTokens()
    await tokens.blacklist({ jti: `${sid}.1` })
    await refuses(tokens, [...access, String(refresh[1])])
    await expect(tokens.blacklist({ jti: `${'b'.repeat(32)}.1` })).rejects.toMatchObject({ code: 'ERR_TOKEN_NO_EXP' })
  })

  test('stay when an access token is blacklisted, which ends alone', async () => {
    const tokens = db.make()
    const { refresh, access } = await chainOf(tokens, 'frank', 1)
    await tokens.blacklist(String(access[0]))
    await refuses(tokens, [String(access[0])])
    for (const encoded of [String(access[1]), String(refresh[1])]) await tokens.verify(encoded)
    await tokens.refresh(String(refresh[1]))
  })

  test.each([{}, { blacklistAfterRotation: false }, { rotateRefreshTokens: false }])(
    'all end at once, but the one that is spared, with %o',
    async (settings) => {
      const tokens = db.make(settings)
      const id = `everywhere ${JSON.stringify(settings)}`
      const login = async () => {
        const { access, refresh } = await tokens.obtainPair({ id })
        const next = await tokens.refresh(refresh)
        return { sid: sidOf(access), access: [access, next.access], refresh: next.refresh ?? refresh }
      }
      const [mine, ...others] = [await login(), await login(), await login()]
      const sliding = await tokens.obtainSliding({ id })
      const stranger = await tokens.obtainPair({ id: 'stranger' })
      await tokens.blacklistUser(id, { except: mine.sid })
      for (const { access, refresh } of others) await refuses(tokens, [...access, refresh])
      await refuses(tokens, [sliding.token])
      for (const encoded of [...mine.access, mine.refresh, stranger.access, stranger.refresh]) await tokens.verify(encoded)
      await tokens.refresh(mine.refresh)
      expect((await tokens.sessionsOf(id)).map((session) => session.id)).toEqual([mine.sid])
      for (const except of [null, 7, '', ' x'] as never[])
        await expect(tokens.blacklistUser(id, { except })).rejects.toThrow(TypeError)
    },
  )

  test('lose what a refresh without sessions left, by any refresh token of the chain', async () => {
    for (const member of [0, 1, 2, 3]) {
      const tokens = db.make({ sessions: false })
      const chain = [(await tokens.obtainPair({ id: 'bare' })).refresh]
      for (let n = 0; n < 3; n++) chain.push((await rotated(tokens, String(chain.at(-1)))).refresh)
      await tokens.blacklist(String(chain[member]))
      for (const encoded of chain) await expect(tokens.refresh(encoded)).rejects.toMatchObject(REFUSED)
      await refuses(tokens, chain)
    }
  })

  test.each([undefined, null, ''])('are ended for nobody by the user id %j', async (userId) => {
    const tokens = db.make()
    const { access } = await tokens.obtainPair({ id: 'alice' })
    const sid = String((await tokens.verify(access)).sid)
    await expect(tokens.revokeSession(sid, { userId } as object)).rejects.toThrow(/^userId must be/)
    await tokens.verify(access)
  })

  test('may have the id of their own token, where it comes from elsewhere', async () => {
    const tokens = db.make()
    const jti = newChain()
    const token = new tokens.RefreshToken({ jti, sid: jti, sub: 'alice', exp: inSeconds(600), token_type: 'refresh' })
    await token.outstand()
    expect((await rowsOf(tokens, jti)).outstanding).toHaveLength(1)
    await token.blacklist()
    await expect(tokens.verify(String(token))).rejects.toMatchObject(REFUSED)
  })
})
