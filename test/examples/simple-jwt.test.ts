import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, DIALECTS, type TestDatabase } from '../support/databases'
import { claimsOf } from '../support/jwt'
import { type Running, start } from '../support/running'

const ROOT = resolve(__dirname, '../..')
const LOGIN = { username: 'alice', password: 'wonderland' }

describe.each(DIALECTS)('npm run example:simple-jwt on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase(dialect)
  })
  afterAll(() => database.drop())

  let running: Running | undefined
  afterEach(async () => {
    await running?.end('SIGKILL')
    running = undefined
  })

  const example = async (env: Record<string, string> = {}) => {
    await running?.end('SIGTERM')
    running = start(process.execPath, ['scripts/example.mjs', 'simple-jwt'], {
      cwd: ROOT,
      env: { DATABASE_URL: database.url, PORT: '0', ...env },
    })
    const [, base] = await running.says(/(http:\S+)\/api\/token\//)
    const request = async (path: string, init: RequestInit) => {
      const response = await fetch(base + path, init)
      return { status: response.status, body: (await response.json()) as Record<string, string> }
    }
    const post = (path: string, body: object) =>
      request(`/api/token${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const me = (token: unknown) => request('/me/', { headers: { authorization: `Bearer ${token}` } })
    return { post, me, running }
  }
  const lifetime = (token: unknown) => {
    const { iat, exp } = claimsOf(String(token))
    return Number(exp) - Number(iat)
  }

  test('knows alice, again and again on one database, and ends with Ctrl-C', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { post, me, running } = await example()
      const { access, refresh } = (await post('/', LOGIN)).body
      const { token } = (await post('/sliding/', LOGIN)).body
      for (const bearer of [access, token])
        expect(await me(bearer)).toEqual({ status: 200, body: { id: '1', username: 'alice' } })
      expect((await me(refresh)).status).toBe(401)
      expect((await post('/', { ...LOGIN, password: 'looking-glass' })).status).toBe(401)
      expect([access, refresh, token].map(lifetime)).toEqual([300, 86_400, 300])
      expect(await running.end(signal)).toBe(0)
    }
  })

  test('goes by ROTATE, BLACKLIST, ACCESS, SLIDING and SIGNING_KEY', async () => {
    const plain = await example({ ACCESS: '7', SLIDING: '8', SIGNING_KEY: 'one key of more than thirty-two bytes' })
    const { access, refresh } = (await plain.post('/', LOGIN)).body
    expect([lifetime(access), lifetime((await plain.post('/sliding/', LOGIN)).body.token)]).toEqual([7, 8])
    expect(Object.keys((await plain.post('/refresh/', { refresh })).body)).toEqual(['access'])

    const rotating = await example({ ROTATE: '1', SIGNING_KEY: 'one key of more than thirty-two bytes' })
    expect(Object.keys((await rotating.post('/refresh/', { refresh })).body)).toEqual(['access', 'refresh'])
    expect((await rotating.post('/refresh/', { refresh })).status).toBe(200)

    const blacklisting = await example({ ROTATE: '1', BLACKLIST: '1', SIGNING_KEY: 'one key of more than thirty-two bytes' })
    expect((await blacklisting.post('/refresh/', { refresh })).status).toBe(200)
    expect((await blacklisting.post('/refresh/', { refresh })).status).toBe(401)

    const other = await example({ SIGNING_KEY: 'quite another key, of more than thirty-two bytes' })
    expect((await other.post('/refresh/', { refresh })).body.detail).toBe('Token is invalid')
  })

  test('with CHECK_REVOKE ends tokens when the password changes', async () => {
    const before = (await (await example()).post('/', LOGIN)).body
    const { post, me } = await example({ CHECK_REVOKE: '1' })
    const { access, refresh } = (await post('/', LOGIN)).body
    const { token } = (await post('/sliding/', LOGIN)).body
    expect((await me(access)).status).toBe(200)
    const CHANGED = { status: 401, body: { detail: "The user's password has been changed.", code: 'password_changed' } }
    expect(await me(before.access)).toEqual(CHANGED)
    const sequelize = database.connect()
    const [[alice]] = (await sequelize.query("SELECT password FROM example_users WHERE username = 'alice'")) as [
      [{ password: string }],
      unknown,
    ]
    const setPassword = (password: string) =>
      sequelize.query('UPDATE example_users SET password = ? WHERE username = ?', { replacements: [password, 'alice'] })
    await setPassword('pbkdf2_sha256$1$salt$another')
    for (const bearer of [access, token]) expect(await me(bearer)).toEqual(CHANGED)
    expect(await post('/refresh/', { refresh })).toEqual(CHANGED)
    expect(await post('/sliding/refresh/', { token })).toEqual(CHANGED)
    await setPassword(alice.password)
    expect((await me(access)).status).toBe(200)
  })
})
