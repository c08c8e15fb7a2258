import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { FRAMEWORKS, routeApp } from '../../support/route-apps'
import { inSeconds } from '../../support/seconds'
import { accepted, refreshedPair } from '../../support/tokens'

const BLACKLISTED = { status: 401, body: { detail: 'Token is blacklisted', code: 'token_not_valid' } }

describe.each(DIALECTS)('on %s, logging out', (dialect) => {
  const db = useDatabase(dialect)

  test.each(FRAMEWORKS)('with %s, ends the session of the token with its access tokens', async (framework) => {
    const tokens = db.make()
    const { post } = await routeApp(tokens, { framework })
    const other = await tokens.obtainPair({ id: 'alice' })
    const { now, all } = await refreshedPair(tokens, 'alice')
    expect(await post('/blacklist', { refresh: now.refresh })).toMatchObject({ status: 200, body: {} })
    expect(await accepted(tokens, ...all)).toEqual([false, false, false, false])
    expect(await post('/refresh', { refresh: now.refresh })).toMatchObject(BLACKLISTED)
    expect(await post('/blacklist', { refresh: now.refresh })).toMatchObject(BLACKLISTED)
    expect(await accepted(tokens, other.access, other.refresh)).toEqual([true, true])
  })

  test.each(FRAMEWORKS)('with %s, by a rotated token ends what followed from it, and is answered 401', async (framework) => {
    const tokens = db.make()
    const { post } = await routeApp(tokens, { framework })
    const { old, now, all } = await refreshedPair(tokens, 'bob')
    expect(await post('/blacklist', { refresh: old.refresh })).toMatchObject(BLACKLISTED)
    expect(await accepted(tokens, ...all)).toEqual([false, false, false, false])
    expect(await post('/refresh', { refresh: now.refresh })).toMatchObject(BLACKLISTED)
  })

  test('without sessions, by a rotated token ends the refresh token that followed from it', async () => {
    const tokens = db.make({ sessions: false })
    const { post } = await routeApp(tokens)
    const { old, all } = await refreshedPair(tokens, 'carol')
    expect(await post('/blacklist', { refresh: old.refresh })).toMatchObject(BLACKLISTED)
    expect(await accepted(tokens, ...all)).toEqual([true, true, false, false])
  })
})

describe.each(DIALECTS)('on %s, logging out everywhere', (dialect) => {
  const db = useDatabase(dialect)
  let user = 0

  /** A user with two sessions, of which the first was refreshed; and somebody else. */
  async function world() {
    const tokens = db.make()
    const id = `user ${++user}`
    const here = await refreshedPair(tokens, id)
    const there = await tokens.obtainPair({ id })
    const somebody = await tokens.obtainPair({ id: `${id}'s friend` })
    return { tokens, here, there, somebody }
  }

  test.each(FRAMEWORKS)('with %s, ends all sessions of the user, and nobody else’s', async (framework) => {
    for (const keep of [{}, { keep_current: false }]) {
      const { tokens, here, there, somebody } = await world()
      const { post } = await routeApp(tokens, { framework })
      const answer = await post('/blacklist/all', { refresh: here.now.refresh, ...keep })
      expect(answer).toMatchObject({ status: 200, body: {} })
      expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
      expect(await accepted(tokens, ...here.all, there.access, there.refresh)).toEqual(Array(6).fill(false))
      expect(await accepted(tokens, somebody.access, somebody.refresh)).toEqual([true, true])
    }
  })

  test.each(FRAMEWORKS)('with %s, may spare the session of the token', async (framework) => {
    const { tokens, here, there } = await world()
    const { post } = await routeApp(tokens, { framework })
    expect(await post('/blacklist/all', { refresh: here.now.refresh, keep_current: true })).toMatchObject({ status: 200 })
    expect(await accepted(tokens, there.access, there.refresh)).toEqual([false, false])
    expect(await accepted(tokens, here.old.access, here.now.access, here.now.refresh)).toEqual([true, true, true])
    expect((await post('/refresh', { refresh: here.now.refresh })).status).toBe(200)
  })

  test('spares the chain of the token where there are no sessions', async () => {
    const tokens = db.make({ sessions: false })
    const { post } = await routeApp(tokens)
    const here = await refreshedPair(tokens, 'chained')
    const there = await tokens.obtainPair({ id: 'chained' })
    expect((await post('/blacklist/all', { refresh: here.now.refresh, keep_current: true })).status).toBe(200)
    expect(await accepted(tokens, here.now.refresh, there.refresh)).toEqual([true, false])
  })

  test('spares a token that came from elsewhere', async () => {
    const tokens = db.make({ sessions: false })
    const { post } = await routeApp(tokens)
    const elsewhere = signed({ sub: 'migrant', token_type: 'refresh' })
    await tokens.outstand(elsewhere)
    const { refresh } = await tokens.obtainPair({ id: 'migrant' })
    expect((await post('/blacklist/all', { refresh: elsewhere, keep_current: true })).status).toBe(200)
    expect(await accepted(tokens, elsewhere, refresh)).toEqual([true, false])
  })

  test.each([['true'], [1], [0], [null], [[]], [{}], ['']])(
    'refuses keep_current that is %j, and does nothing',
    async (value) => {
      const { tokens, here, there } = await world()
      const { post } = await routeApp(tokens)
      const answer = await post('/blacklist/all', { refresh: here.now.refresh, keep_current: value })
      expect(answer).toMatchObject({ status: 400, body: { keep_current: ['Must be a valid boolean.'] } })
      expect(await accepted(tokens, here.now.access, there.access)).toEqual([true, true])
    },
  )

  test('refuses a token that was exchanged, and ends its session alone', async () => {
    const { tokens, here, there } = await world()
    const { post } = await routeApp(tokens)
    const answer = await post('/blacklist/all', { refresh: here.old.refresh })
    expect(answer).toMatchObject({ status: 401, body: { detail: 'Token is blacklisted', code: 'token_not_valid' } })
    expect(await accepted(tokens, here.now.access, here.now.refresh, there.access, there.refresh)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  test('refuses any other token, and does nothing', async () => {
    const { tokens, here, there } = await world()
    const { post } = await routeApp(tokens)
    const { sub, sid } = claimsOf(here.now.refresh)
    const token = (claims: object, key?: string) => signed({ sub, sid, token_type: 'refresh', ...claims }, key)
    for (const [refresh, detail] of [
      [here.now.access, 'Token has wrong type'],
      [token({ exp: inSeconds(-5) }), 'Token is expired'],
      [token({}, 'another secret of more than thirty-two bytes'), 'Token is invalid'],
      [token({ sub: undefined, sid: undefined }), 'Token contained no recognizable user identification'],
      ['garbage', 'Token is invalid'],
    ]) {
      const answer = await post('/blacklist/all', { refresh })
      expect(answer).toMatchObject({ status: 401, body: { detail, code: 'token_not_valid' } })
    }
    expect(await post('/blacklist/all', {})).toMatchObject({ status: 400, body: { refresh: ['This field is required.'] } })
    expect(await accepted(tokens, here.now.access, here.now.refresh, there.access, there.refresh)).toEqual(Array(4).fill(true))
  })
})
