import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { claimsOf } from '../../support/jwt'
import { type Answer, FRAMEWORKS, PASSWORD, routeApp } from '../../support/route-apps'

const CLAIMS = 'exp,iat,jti,sid,sub,token_type'
const BLACKLISTED = { detail: 'Token is blacklisted', code: 'token_not_valid' }

const shapeOf = (body: unknown) =>
  Object.fromEntries(
    Object.entries(body as Record<string, string>).map(([name, jwt]) => [name, Object.keys(claimsOf(jwt)).sort().join()]),
  )

/** What every answer of the routes has. */
function expectHeaders({ status, headers }: Answer): void {
  expect(headers.get('allow')).toBe('POST, OPTIONS')
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="api"' : null)
}

describe.each(FRAMEWORKS)('with %s, the routes', (framework) => {
  const db = useDatabase('sqlite')

  test('obtain, refresh, verify and blacklist', async () => {
    const { post, errors } = await routeApp(db.make(), { framework })
    const expectAnswer = async (path: string, body: object, status: number, expected: unknown) => {
      const answer = await post(path, body)
      expect([path, answer.status, answer.body]).toEqual([path, status, expected])
      expectHeaders(answer)
    }
    const obtained = await post('/', { username: 'alice', password: PASSWORD })
    expect(obtained.status).toBe(200)
    expectHeaders(obtained)
    expect(shapeOf(obtained.body)).toEqual({ refresh: CLAIMS, access: CLAIMS })
    const { refresh, access } = obtained.body as Record<string, string>
    expect(claimsOf(String(refresh)).sub).toBe('alice')
    await expectAnswer('/verify', { token: refresh }, 200, {})
    await expectAnswer('/verify', { token: access }, 200, {})

    const refreshed = await post('/refresh', { refresh })
    expect(refreshed.status).toBe(200)
    expectHeaders(refreshed)
    expect(shapeOf(refreshed.body)).toEqual({ refresh: CLAIMS, access: CLAIMS })
    const repeated = await post('/refresh', { refresh })
    expect(repeated.status).toBe(200)
    expect(repeated.body).toMatchObject({ refresh: (refreshed.body as { refresh: string }).refresh })
    await expectAnswer('/verify', { token: refresh }, 400, { non_field_errors: ['Token is blacklisted'] })

    const { refresh: second } = refreshed.body as Record<string, string>
    await expectAnswer('/blacklist', { refresh: second }, 200, {})
    await expectAnswer('/blacklist', { refresh: second }, 401, BLACKLISTED)
    await expectAnswer('/refresh', { refresh: second }, 401, BLACKLISTED)
    await expectAnswer('/verify', { token: second }, 400, { non_field_errors: ['Token is blacklisted'] })
    expect(errors).toEqual([])
  })

  test('refuse a repeated refresh where there is no grace period', async () => {
    const { post } = await routeApp(db.make({ rotationGracePeriod: 0 }), { framework })
    const { refresh } = (await post('/', { username: 'alice', password: PASSWORD })).body as { refresh: string }
    expect((await post('/refresh', { refresh })).status).toBe(200)
    expect(await post('/refresh', { refresh })).toMatchObject({ status: 401, body: BLACKLISTED })
  })

  test('know nobody by a wrong password', async () => {
    for (const nobody of [null, undefined, false] as const) {
      const { post } = await routeApp(db.make(), { framework, authenticate: async () => nobody })
      const answer = await post('/', { username: 'alice', password: 'wrong' })
      expect(answer).toMatchObject({ status: 401, body: { detail: 'No active account found with the given credentials' } })
      expectHeaders(answer)
    }
  })

  test('answer with an access token alone where refresh tokens do not rotate', async () => {
    const { post } = await routeApp(db.make({ rotateRefreshTokens: false }), { framework })
    const { body } = await post('/', { username: 'alice', password: PASSWORD })
    const { refresh } = body as { refresh: string }
    for (let i = 0; i < 2; i++) {
      const answer = await post('/refresh', { refresh })
      expect([answer.status, shapeOf(answer.body)]).toEqual([200, { access: CLAIMS }])
    }
  })

  const paths = ['', '/refresh', '/verify', '/blacklist', '/sliding', '/sliding/refresh']
  test.each(paths.flatMap((path) => [path, `${path}/`]))('answer to POST alone at %o', async (path) => {
    const { request, post } = await routeApp(db.make(), { framework })
    expect((await post(path, {})).status).toBe(400)
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await request(path, { method })
      expect(answer).toMatchObject({ status: 405, body: { detail: `Method "${method}" not allowed.` } })
      expectHeaders(answer)
    }
    expect(await request(path, { method: 'HEAD' })).toMatchObject({ status: 405, body: undefined })
    const options = await request(path, { method: 'OPTIONS' })
    expect(options.status).toBe(200)
    expectHeaders(options)
  })

  test('leave every other path to the app', async () => {
    const { post } = await routeApp(db.make(), { framework })
    for (const path of ['/nothing', '/refresh/more', '/verify//']) expect((await post(path, {})).status).toBe(404)
  })

  test('want a function that knows the users', () => {
    for (const options of [{}, { authenticate: null }, { authenticate: 'local' }] as never[])
      expect(() => db.make().routes(options)).toThrow(/^authenticate must be a function/)
  })
})
