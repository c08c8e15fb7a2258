import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { loginWithCookie, onlyCookie, postWith, setCookies } from '../../support/cookies'
import { DIALECTS } from '../../support/databases'
import { FRAMEWORKS, PASSWORD, PREFIX, routeApp } from '../../support/route-apps'
import { sidOf } from '../../support/sessions'
import { failFor } from '../../support/statements'
import { accepted } from '../../support/tokens'

const CREDENTIALS = { username: 'alice', password: PASSWORD }
const BLACKLISTED = { status: 401, body: { detail: 'Token is blacklisted', code: 'token_not_valid' } }
const LOGOUTS = ['/blacklist', '/blacklist/all']
const refreshCookie = {}
const cookie = (token: string) => ({ cookie: `theme=dark; refresh_token=${token}; refresh_tokens=x` })
/** Plain `http` does not know where the routes are mounted. */
const pathWith = (framework: string) => (framework === 'plain http' ? 'Path=/' : `Path=${PREFIX}`)
const attributesWith = (framework: string, maxAge: number) =>
  ['HttpOnly', `Max-Age=${maxAge}`, pathWith(framework), 'SameSite=Strict', 'Secure'].sort()

describe.each(DIALECTS)('a refresh token in a cookie, on %s', (dialect) => {
  const db = useDatabase(dialect)

  test.each(FRAMEWORKS)('with %s, is set by obtain and refresh, and is in no body', async (framework) => {
    const app = await routeApp(db.make({ refreshTokenLifetime: '2h' }), { framework, refreshCookie })
    const login = await loginWithCookie(app)
    expect(Object.keys(login.answer.body as object)).toEqual(['access'])
    expect(login.cookie).toMatchObject({ name: 'refresh_token', attributes: attributesWith(framework, 7200) })
    expect(login.answer.headers.get('cache-control')).toBe('no-store')
    const answer = await postWith(app, '/refresh', cookie(login.refresh))
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body as object)).toEqual(['access'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const next = onlyCookie(answer)
    expect(next).toMatchObject({ name: 'refresh_token', attributes: attributesWith(framework, 7200) })
    expect(next.value).not.toBe(login.refresh)
    // A client that lost the answer gets the same cookie.
    expect(onlyCookie(await postWith(app, '/refresh', cookie(login.refresh))).value).toBe(next.value)
    expect((await postWith(app, '/refresh', cookie(next.value))).status).toBe(200)
  })

  test.each(FRAMEWORKS)('with %s, is what a logout ends, and clears', async (framework) => {
    const tokens = db.make()
    const app = await routeApp(tokens, { framework, refreshCookie })
    for (const path of LOGOUTS) {
      const { access, refresh } = await loginWithCookie(app)
      const answer = await postWith(app, path, cookie(refresh))
      expect(answer).toMatchObject({ status: 200, body: {} })
      expect(onlyCookie(answer)).toEqual({ name: 'refresh_token', value: '', attributes: attributesWith(framework, 0) })
      expect(await accepted(tokens, access, refresh)).toEqual([false, false])
      // Refused, and cleared all the same.
      const again = await postWith(app, path, cookie(refresh))
      expect(again).toMatchObject(BLACKLISTED)
      expect(onlyCookie(again).value).toBe('')
    }
  })

  test('is what a logout ends although it cannot tell of another cookie of the name', async () => {
    const sequelize = db.database.connect()
    const app = await routeApp(db.make({ sequelize }), { refreshCookie })
    const [alice, mallory] = [await loginWithCookie(app), await loginWithCookie(app, 'mallory')]
    failFor(sequelize, sidOf(mallory.access))
    const both = { cookie: `refresh_token=${mallory.refresh}; refresh_token=${alice.refresh}` }
    expect((await postWith(app, '/blacklist', both)).status).toBe(503)
    expect(await accepted(db.make(), alice.access, mallory.access)).toEqual([false, true])
  })

  test('stays where the other sessions are ended', async () => {
    const tokens = db.make()
    const app = await routeApp(tokens, { refreshCookie })
    const [here, there] = [await loginWithCookie(app), await loginWithCookie(app)]
    const answer = await postWith(app, '/blacklist/all', cookie(here.refresh), { keep_current: true })
    expect([answer.status, setCookies(answer)]).toEqual([200, []])
    expect(await accepted(tokens, here.access, here.refresh, there.access, there.refresh)).toEqual([true, true, false, false])
  })
})

describe.each(FRAMEWORKS)('with %s, in cookie mode', (framework) => {
  const db = useDatabase('sqlite')

  test('a token in the body is refused, beside a cookie and alone, and nothing happens to either', async () => {
    const tokens = db.make()
    const app = await routeApp(tokens, { framework, refreshCookie })
    const { refresh } = await loginWithCookie(app)
    for (const path of ['/refresh', ...LOGOUTS]) {
      for (const headers of [cookie(refresh), {}]) {
        for (const value of [refresh, 'x', null]) {
          const answer = await postWith(app, path, headers, { refresh: value })
          expect(answer).toMatchObject({ status: 400, body: { refresh: [expect.any(String)] } })
        }
      }
    }
    expect(await accepted(tokens, refresh)).toEqual([true])
  })

  test('no cookie, and an empty one, are credentials that were not provided', async () => {
    const app = await routeApp(db.make(), { framework, refreshCookie })
    for (const path of ['/refresh', ...LOGOUTS]) {
      for (const headers of [{}, { cookie: 'theme=dark' }, { cookie: 'refresh_token=' }, { cookie: ';;=;' }]) {
        const answer = await postWith(app, path, headers as Record<string, string>)
        expect(answer).toMatchObject({ status: 401, body: { detail: 'Authentication credentials were not provided.' } })
        expect(setCookies(answer).map(({ value }) => value)).toEqual(path === '/refresh' ? [] : [''])
      }
    }
  })

  test('a cookie that is no good token is refused with the reason', async () => {
    const app = await routeApp(db.make(), { framework, refreshCookie })
    const { access } = await loginWithCookie(app)
    for (const [value, detail] of [
      ['garbage', 'Token is invalid'],
      ['%zz', 'Token is invalid'],
      [access, 'Token has wrong type'],
    ] as const) {
      expect(await postWith(app, '/refresh', cookie(value))).toMatchObject({ status: 401, body: { detail } })
    }
    expect(app.errors).toEqual([])
  })

  test('two different cookies of the name are refused, but by a logout, and two equal ones are one', async () => {
    const tokens = db.make()
    const app = await routeApp(tokens, { framework, refreshCookie })
    const [alice, mallory] = [await loginWithCookie(app), await loginWithCookie(app, 'mallory')]
    const both = { cookie: `refresh_token=${mallory.refresh}; refresh_token=${alice.refresh}` }
    for (const [path, body] of [
      ['/refresh', {}],
      ['/blacklist/all', { keep_current: true }],
    ] as const) {
      const answer = await postWith(app, path, both, body)
      expect([path, answer.status, setCookies(answer)]).toEqual([path, 400, []])
    }
    expect(await accepted(tokens, alice.refresh, mallory.refresh)).toEqual([true, true])
    const twice = { cookie: `refresh_token=${alice.refresh}; refresh_token=; refresh_token=${alice.refresh}` }
    expect((await postWith(app, '/refresh', twice)).status).toBe(200)
  })

  test.each(LOGOUTS)('%s ends the session of each cookie of the name, whatever the others are', async (path) => {
    const tokens = db.make()
    const app = await routeApp(tokens, { framework, refreshCookie })
    const [alice, mallory] = [await loginWithCookie(app), await loginWithCookie(app, 'mallory')]
    const cookies = ['garbage', mallory.access, mallory.refresh, alice.refresh].map((token) => `refresh_token=${token}`)
    const all = { cookie: cookies.join('; ') }
    expect(await postWith(app, path, all)).toMatchObject({ status: 200, body: {} })
    expect(await accepted(tokens, alice.access, mallory.access)).toEqual([false, false])
    expect(await postWith(app, path, all)).toMatchObject({ status: 401, body: { detail: 'Token is invalid' } })
  })

  test('a logout with several cookies of which one may live on cannot tell', async () => {
    const tokens = db.make()
    const sequelize = new Sequelize('mysql://root@127.0.0.1:1/nothing', { logging: false })
    const app = await routeApp(db.make({ sequelize, checkTimeout: '2s' }), { framework, refreshCookie })
    const { refresh } = await tokens.obtainPair({ id: 'alice' })
    const both = { cookie: `refresh_token=garbage; refresh_token=${refresh}` }
    expect((await postWith(app, '/blacklist', both)).status).toBe(503)
    await sequelize.close()
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'a body of the type %s is refused before anything is done',
    async (type) => {
      const tokens = db.make()
      const app = await routeApp(tokens, { framework, refreshCookie })
      const { refresh } = await loginWithCookie(app)
      const headers = { ...cookie(refresh), 'content-type': type }
      const form = String(new URLSearchParams(CREDENTIALS))
      for (const path of ['/', '/refresh', ...LOGOUTS, '/verify', '/sliding', '/sliding/refresh']) {
        const answer = await app.request(path, { method: 'POST', headers, body: form })
        expect([path, answer.status, setCookies(answer)]).toEqual([path, 415, []])
      }
      expect(await accepted(tokens, refresh)).toEqual([true])
    },
  )

  test('a logout clears the cookie although the database is down', async () => {
    const sequelize = new Sequelize('mysql://root@127.0.0.1:1/nothing', { logging: false })
    const { refresh } = await db.make().obtainPair({ id: 'alice' })
    const app = await routeApp(db.make({ sequelize, checkTimeout: '2s' }), { framework, refreshCookie })
    for (const path of LOGOUTS) {
      const answer = await postWith(app, path, cookie(refresh))
      expect(answer.status).toBe(503)
      expect(onlyCookie(answer)).toMatchObject({ value: '', attributes: attributesWith(framework, 0) })
    }
    await sequelize.close()
  })

  test('a refresh that is refused leaves the cookie, which another tab may have renewed', async () => {
    const tokens = db.make()
    const app = await routeApp(tokens, { framework, refreshCookie })
    const { refresh } = await loginWithCookie(app)
    await tokens.blacklist(refresh)
    const answer = await postWith(app, '/refresh', cookie(refresh))
    expect([answer.status, setCookies(answer)]).toEqual([401, []])
  })

  test('a body alone does without', async () => {
    const app = await routeApp(db.make(), { framework })
    const login = await app.post('/', CREDENTIALS)
    expect([Object.keys(login.body as object).sort(), setCookies(login)]).toEqual([['access', 'refresh'], []])
    const { refresh } = login.body as { refresh: string }
    expect((await postWith(app, '/refresh', cookie(refresh))).status).toBe(400)
    const out = await app.post('/blacklist', { refresh })
    expect([out.status, setCookies(out)]).toEqual([200, []])
  })
})

describe('in an app, the cookie', () => {
  const db = useDatabase('sqlite')

  test('has the attributes that the app wants', async () => {
    const wanted = { name: '__Secure-r', path: '/api', domain: 'example.com', sameSite: 'none', secure: true } as const
    const app = await routeApp(db.make({ sessionLifetime: '10m' }), { refreshCookie: wanted })
    const login = await loginWithCookie(app)
    const attributes = ['Domain=example.com', 'HttpOnly', 'Path=/api', 'SameSite=None', 'Secure']
    // It does not outlive its session.
    expect(login.cookie).toMatchObject({ name: '__Secure-r', attributes: [...attributes, 'Max-Age=600'].sort() })
    const out = await postWith(app, '/blacklist', { cookie: `__Secure-r=${login.refresh}` })
    expect(onlyCookie(out).attributes).toEqual([...attributes, 'Max-Age=0'].sort())
  })

  test('may be insecure and lax', async () => {
    const app = await routeApp(db.make(), { refreshCookie: { secure: false, sameSite: 'lax' } })
    const { attributes } = (await loginWithCookie(app)).cookie
    expect(attributes).toEqual(['HttpOnly', 'Max-Age=86400', `Path=${PREFIX}`, 'SameSite=Lax'])
  })

  test('stands beside the app’s own', async () => {
    const own: express.RequestHandler = (_req, res, next) => {
      res.cookie('theme', 'dark')
      next()
    }
    const app = await routeApp(db.make(), { refreshCookie, before: [own] })
    const names = setCookies(await app.post('/', CREDENTIALS)).map(({ name }) => name)
    expect(names).toEqual(['theme', 'refresh_token'])
  })

  test('has no part of a mount path that no cookie can have', async () => {
    const tokens = db.make()
    const routes = tokens.routes({ authenticate: () => ({ id: 'alice' }), refreshCookie })
    const app = express().use('/:tenant/token', routes)
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
    const pathsOf = async (path: string) => {
      const response = await fetch(base + path, { method: 'POST' })
      return [response.status, ...response.headers.getSetCookie().map((text) => /Path=([^;]*)/.exec(text)?.[1])]
    }
    expect(await pathsOf('/acme/token/blacklist')).toEqual([401, '/acme/token'])
    expect(await pathsOf('/a;b<c/token/blacklist')).toEqual([401, '/'])
    server.close()
  })

  test('is not set on an answer that the app gave meanwhile', async () => {
    const early: express.RequestHandler = (_req, res, next) => {
      setTimeout(() => res.status(504).json('too slow'), 20)
      next()
    }
    const authenticate = () => sleep(100).then(() => ({ id: 'alice' }))
    const app = await routeApp(db.make(), { refreshCookie, before: [early], authenticate })
    expect(await app.post('/', CREDENTIALS)).toMatchObject({ status: 504, body: 'too slow' })
    await sleep(200)
    expect(app.errors).toEqual([])
  })
})
