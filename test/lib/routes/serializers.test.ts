import { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type RoutesOptions, type Serializer, TokenError } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { loginWithCookie, onlyCookie, postWith, setCookies } from '../../support/cookies'
import { DIALECTS } from '../../support/databases'
import { PASSWORD, type RouteApp, routeApp } from '../../support/route-apps'

const LOGIN = { username: 'alice', password: PASSWORD }

type Name = Exclude<keyof RoutesOptions, 'authenticate' | 'RefreshToken' | 'SlidingToken'>

/** Each serializer, its route, and what the route answers without one. */
const SERIALIZERS: [Name, string, string[]][] = [
  ['tokenObtainSerializer', '/', ['refresh', 'access']],
  ['tokenRefreshSerializer', '/refresh', ['access', 'refresh']],
  ['tokenVerifySerializer', '/verify', []],
  ['tokenBlacklistSerializer', '/blacklist', []],
  ['slidingTokenObtainSerializer', '/sliding', ['token']],
  ['slidingTokenRefreshSerializer', '/sliding/refresh', ['token']],
]

describe.each(DIALECTS)('on %s', (dialect) => {
  const db = useDatabase(dialect)

  const send = async ({ post }: RouteApp, path: string) => {
    const tokens = db.make()
    const { refresh } = await tokens.obtainPair({ id: 'alice' })
    const sliding = await tokens.obtainSliding({ id: 'alice' })
    const bodies: Record<string, object> = { '/': LOGIN, '/sliding': LOGIN, '/verify': sliding, '/sliding/refresh': sliding }
    return post(path, bodies[path] ?? { refresh })
  }

  describe.each(SERIALIZERS)('%s', (name, path, fields) => {
    const app = (serializer: Serializer) => routeApp(db.make(), { [name]: serializer })

    test('makes the answer of its route, and of no other', async () => {
      const calls: Parameters<Serializer>[] = []
      const serializer: Serializer = async (...args) =>
        calls.push(args) && { ...args[0], now: new Date(0), more: { role: 'admin' } }
      const running = await app(serializer)
      for (const [, other, own] of SERIALIZERS) {
        const answer = await send(running, other)
        const made = other === path ? { now: '1970-01-01T00:00:00.000Z', more: { role: 'admin' } } : {}
        expect([other, answer.status, Object.keys(answer.body as object)]).toEqual([other, 200, [...own, ...Object.keys(made)]])
        expect(answer.body).toMatchObject(made)
      }
      expect(calls).toHaveLength(1)
      const [answer, context] = calls[0] as Parameters<Serializer>
      expect(Object.keys(answer)).toEqual(fields)
      expect(context.request).toBeInstanceOf(IncomingMessage)
      const logsIn = ['/', '/sliding'].includes(path)
      expect(context).toEqual({ request: context.request, ...(logsIn && { user: { id: 'alice' } }) })
    })

    test('may refuse, with a TokenError', async () => {
      const running = await app(() => {
        throw new TokenError('ERR_USER_INACTIVE')
      })
      const answer = await send(running, path)
      expect(answer).toMatchObject({ status: 401, body: { detail: 'User is inactive', code: 'user_inactive' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"')
      expect(running.errors).toEqual([])
    })

    test('that makes nothing which can be answered goes to next', async () => {
      const circular: Record<string, unknown> = {}
      circular.self = circular
      for (const made of [undefined, null, 'text', 5n, circular, { id: 5n }] as never[]) {
        const running = await app(() => made)
        expect(await send(running, path)).toMatchObject({ status: 500, body: 'error handler' })
        expect(running.errors).toEqual([expect.any(TypeError)])
      }
    })

    test('is not asked where the request is refused', async () => {
      const { post } = await app(() => expect.unreachable())
      expect((await post(path, {})).status).toBe(400)
    })
  })
})

describe('in cookie mode', () => {
  const db = useDatabase('sqlite')
  const refuse: Serializer = () => {
    throw new TokenError('ERR_USER_INACTIVE')
  }

  test('a login that a serializer refuses gives no cookie', async () => {
    const answer = await (await routeApp(db.make(), { refreshCookie: {}, tokenObtainSerializer: refuse })).post('/', LOGIN)
    expect([answer.status, setCookies(answer)]).toEqual([401, []])
  })

  test('a refresh that a serializer refuses, or fails to answer, gives none', async () => {
    const made = [refuse, () => undefined as never]
    const app = await routeApp(db.make(), {
      refreshCookie: {},
      tokenRefreshSerializer: () => (made.shift() as Serializer)({}, {} as never),
    })
    const { refresh } = await loginWithCookie(app)
    for (const status of [401, 500]) {
      const answer = await postWith(app, '/refresh', { cookie: `refresh_token=${refresh}` })
      expect([answer.status, setCookies(answer)]).toEqual([status, []])
    }
  })

  test('what a serializer makes goes beside the cookie', async () => {
    const app = await routeApp(db.make(), {
      refreshCookie: {},
      tokenObtainSerializer: (answer) => ({ ...answer, role: 'admin' }),
    })
    const answer = await app.post('/', LOGIN)
    expect(Object.keys(answer.body as object)).toEqual(['access', 'role'])
    expect(onlyCookie(answer).value).not.toBe('')
  })
})
