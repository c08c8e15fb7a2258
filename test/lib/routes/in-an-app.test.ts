import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import express4 from 'express4'
import { Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { postWith } from '../../support/cookies'
import { FRAMEWORKS, PASSWORD, PREFIX, routeApp } from '../../support/route-apps'
import { sidOf } from '../../support/sessions'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('in an app', () => {
  const db = useDatabase('sqlite')
  const credentials = { username: 'alice', password: PASSWORD }

  test.each(FRAMEWORKS)('with %s, what authenticate throws goes to next', async (framework) => {
    const boom = new Error('the user table is gone')
    for (const [thrown, message] of [
      [boom, 'the user table is gone'],
      [undefined, 'The app threw what is no Error'],
      ['router', 'The app threw what is no Error'],
      [null, 'The app threw what is no Error'],
    ] as const) {
      for (const authenticate of [() => Promise.reject(thrown), throwing(thrown)]) {
        const { post, errors } = await routeApp(db.make(), { framework, authenticate })
        expect(await post('/', credentials)).toMatchObject({ status: 500, body: 'error handler' })
        expect(errors).toMatchObject([{ message }])
      }
    }
  })

  test.each(FRAMEWORKS)('with %s, a database that is down is a 503 through next', async (framework) => {
    const pair = await db.make().obtainPair({ id: 'alice' })
    const { token } = await db.make().obtainSliding({ id: 'alice' })
    const headers = { authorization: `Bearer ${pair.access}` }
    const cookie = { cookie: `refresh_token=${pair.refresh}` }
    const nowhere = new Sequelize('mysql://root@127.0.0.1:1/nothing', { logging: false })
    const noTables = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
    for (const sequelize of [nowhere, noTables]) {
      const tokens = db.make({ sequelize, checkTimeout: '2s' })
      const { post, request, errors } = await routeApp(tokens, { framework })
      const withCookies = await routeApp(tokens, { framework, refreshCookie: {} })
      const answers = [
        await post('/', credentials),
        await post('/refresh', pair),
        await post('/verify', { token: pair.access }),
        await post('/blacklist', pair),
        await post('/blacklist/all', pair),
        await post('/sliding', credentials),
        await post('/sliding/refresh', { token }),
        await request('/sessions', { headers }),
        await request(`/sessions/${sidOf(pair.access)}`, { method: 'DELETE', headers }),
        await withCookies.post('/', credentials),
        await postWith(withCookies, '/refresh', cookie),
        await postWith(withCookies, '/blacklist', cookie),
        await postWith(withCookies, '/blacklist/all', cookie),
      ]
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 503, body: 'error handler' })
        if (framework !== 'plain http') expect(answer.headers.get('retry-after')).toBe('1')
      }
      const codes = [...errors, ...withCookies.errors].map((error) => (error as { code: string }).code)
      expect(codes).toEqual(answers.map(() => 'ERR_BLACKLIST_UNAVAILABLE'))
      // What needs no database is answered as ever.
      expect((await post('/refresh', { refresh: 'garbage' })).status).toBe(401)
      await sequelize.close()
    }
  })

  test.each([
    ['Express 5', express],
    ['Express 4', express4],
  ] as const)('with %s, a form is as good as JSON where the app reads forms', async (framework, { urlencoded }) => {
    const { request } = await routeApp(db.make(), { framework, before: [urlencoded({ extended: true })] })
    const send = (body: string) => request('/', { method: 'POST', headers: FORM, body })
    expect((await send(String(new URLSearchParams(credentials)))).status).toBe(200)
    const required = ['This field is required.']
    expect(await send('username[x]=1')).toMatchObject({ body: { username: ['Not a valid string.'], password: required } })
  })

  test('an answer that the app gave meanwhile stands, and the process too', async () => {
    const early: express.RequestHandler = (_req, res, next) => {
      setTimeout(() => res.status(504).json('too slow'), 20)
      next()
    }
    for (const slowly of [() => ({ id: 'alice' }), () => null]) {
      const authenticate = () => sleep(100).then(slowly)
      const { post, errors } = await routeApp(db.make(), { before: [early], authenticate })
      expect(await post('/', credentials)).toMatchObject({ status: 504, body: 'too slow' })
      await sleep(200)
      expect(errors).toEqual([])
    }
  })

  test('a client that goes away hurts nobody', async () => {
    const authenticate = () => sleep(100).then(() => ({ id: 'alice' }))
    const { post, request, errors } = await routeApp(db.make(), { authenticate })
    const gone = request('/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
      signal: AbortSignal.timeout(30),
    })
    await expect(gone).rejects.toThrow()
    await sleep(200)
    expect((await post('/', credentials)).status).toBe(200)
    expect(errors).toEqual([])
  })

  test('authenticate is given the request as well', async () => {
    const seen: unknown[] = []
    const { post } = await routeApp(db.make(), {
      authenticate: (_credentials, req) => void seen.push(req.headers['content-type']),
    })
    await post('/', credentials)
    expect(seen).toEqual(['application/json'])
  })

  test('what follows the routes is asked for other paths alone', async () => {
    const asked: string[] = []
    const before: express.RequestHandler = (req, res, next) => {
      res.on('finish', () => asked.push(`${req.originalUrl} ${res.statusCode}`))
      next()
    }
    const { post, request } = await routeApp(db.make(), { before: [before] })
    await post('', credentials)
    await request('/elsewhere')
    await request('/refresh%zz')
    expect(asked).toEqual([`${PREFIX} 200`, `${PREFIX}/elsewhere 404`, `${PREFIX}/refresh%zz 404`])
  })
})

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown
  }
}
