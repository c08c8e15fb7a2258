import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf } from '../../support/jwt'
import { FRAMEWORKS, type RouteApp, routeApp } from '../../support/route-apps'
import { accepted } from '../../support/tokens'

interface Listed {
  id: string
  created_at: string
  refreshed_at: string
  expires_at: string
  current: boolean
}

const NOT_FOUND = { status: 404, body: { detail: 'Not found.' } }
const GARBAGE = [
  'x',
  '0',
  'f'.repeat(32),
  'F'.repeat(32),
  'f'.repeat(33),
  '%00',
  '%F0%9F%98%80',
  "'%20OR%201=1%20--",
  `${'f'.repeat(32)}.1`,
]
const sidOf = (token: string) => String(claimsOf(token).sid)

const bearing = (app: RouteApp, access: string | undefined) => (method: string, path: string) =>
  app.request(path, { method, headers: access === undefined ? {} : { authorization: `Bearer ${access}` } })

describe.each(DIALECTS)('on %s, a user’s sessions', (dialect) => {
  const db = useDatabase(dialect)

  test.each(FRAMEWORKS)('with %s, are listed for their bearer alone', async (framework) => {
    const now = { ms: Date.UTC(2030, 0, 1) }
    const tokens = db.make({ clock: () => now.ms })
    const alice = `alice with ${framework}`
    const first = await tokens.obtainPair({ id: alice })
    now.ms += 60_000
    const second = await tokens.obtainPair({ id: alice })
    await tokens.obtainPair({ id: 'bob' })
    now.ms += 60_000
    await tokens.refresh(first.refresh)
    const ask = bearing(await routeApp(tokens, { framework }), first.access)

    const answer = await ask('GET', '/sessions')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const day = 86_400_000 + 300_000
    expect(answer.body).toEqual([
      entry(second.access, { created: 60_000, refreshed: 60_000, expires: 60_000 + day, current: false }),
      entry(first.access, { created: 0, refreshed: 120_000, expires: 120_000 + day, current: true }),
    ])
    expect(await ask('HEAD', '/sessions/')).toMatchObject({ status: 200, body: undefined })
  })

  function entry(token: string, at: { created: number; refreshed: number; expires: number; current: boolean }): Listed {
    const iso = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms).toISOString()
    return {
      id: sidOf(token),
      created_at: iso(at.created),
      refreshed_at: iso(at.refreshed),
      expires_at: iso(at.expires),
      current: at.current,
    }
  }

  test.each(FRAMEWORKS)('with %s, are ended one by one, by their owner', async (framework) => {
    const tokens = db.make()
    const id = `carol with ${framework}`
    const here = await tokens.obtainPair({ id })
    const there = await tokens.obtainPair({ id })
    const ask = bearing(await routeApp(tokens, { framework }), here.access)
    const ended = await ask('DELETE', `/sessions/${sidOf(there.access)}`)
    expect(ended).toMatchObject({ status: 204, body: undefined })
    expect(ended.headers.get('allow')).toBe('DELETE, OPTIONS')
    expect(await accepted(tokens, there.access, there.refresh, here.access)).toEqual([false, false, true])
    // A second time changes nothing.
    expect((await ask('DELETE', `/sessions/${sidOf(there.access)}/`)).status).toBe(204)
    expect(((await ask('GET', '/sessions')).body as Listed[]).map((session) => session.id)).toEqual([sidOf(here.access)])
    // The bearer's own, too; then it is no bearer any more.
    expect((await ask('DELETE', `/sessions/${sidOf(here.access)}`)).status).toBe(204)
    expect((await ask('DELETE', `/sessions/${sidOf(here.access)}`)).status).toBe(401)
    expect((await ask('GET', '/sessions')).status).toBe(401)
  })

  test('are unknown where they are another user’s, and stay', async () => {
    const tokens = db.make()
    const mallory = await tokens.obtainPair({ id: 'mallory' })
    const dave = await tokens.obtainPair({ id: 'dave' })
    const ask = bearing(await routeApp(tokens), mallory.access)
    expect(await ask('DELETE', `/sessions/${sidOf(dave.access)}`)).toMatchObject(NOT_FOUND)
    expect(await accepted(tokens, dave.access, dave.refresh)).toEqual([true, true])
  })

  test.each(GARBAGE)('are not found by the id %s', async (id) => {
    const tokens = db.make()
    const { access } = await tokens.obtainPair({ id: 'erin' })
    const app = await routeApp(tokens)
    expect(await bearing(app, access)('DELETE', `/sessions/${id}`)).toMatchObject(NOT_FOUND)
    expect(app.errors).toEqual([])
  })
})

describe.each(FRAMEWORKS)('with %s, the routes of the sessions', (framework) => {
  const db = useDatabase('sqlite')

  test('want an access token', async () => {
    const tokens = db.make()
    const { refresh } = await tokens.obtainPair({ id: 'alice' })
    const app = await routeApp(tokens, { framework })
    for (const token of [undefined, 'garbage', refresh]) {
      for (const [method, path] of [
        ['GET', '/sessions'],
        ['DELETE', `/sessions/${sidOf(refresh)}`],
      ] as const) {
        const answer = await bearing(app, token)(method, path)
        expect(answer.status).toBe(401)
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"')
      }
    }
    expect(await accepted(tokens, refresh)).toEqual([true])
  })

  test.each([
    ['/sessions', 'GET, HEAD, OPTIONS', ['POST', 'PUT', 'PATCH', 'DELETE']],
    [`/sessions/${'a'.repeat(32)}`, 'DELETE, OPTIONS', ['GET', 'POST', 'PUT', 'PATCH', 'HEAD']],
  ])('at %s answer to no other method', async (path, allow, methods) => {
    const { request } = await routeApp(db.make(), { framework })
    for (const method of methods) {
      const answer = await request(path, { method })
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allow])
    }
    const options = await request(path, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([200, allow])
  })

  test('leave an id that cannot be decoded to the app, as a bad request', async () => {
    const { request, errors } = await routeApp(db.make(), { framework })
    expect((await request('/sessions/%zz', { method: 'DELETE' })).status).toBe(400)
    expect(errors).toMatchObject([{ status: 400 }])
  })

  test('ask the app for the user', async () => {
    for (const [user, detail] of [
      [null, 'User not found'],
      [{ id: 'alice', isActive: false }, 'User is inactive'],
    ] as const) {
      const tokens = db.make({ findUser: () => user })
      const { access } = await tokens.obtainPair({ id: 'alice' })
      const app = await routeApp(tokens, { framework })
      expect(await bearing(app, access)('GET', '/sessions')).toMatchObject({ status: 401, body: { detail } })
    }
  })
})
