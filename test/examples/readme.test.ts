import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SECRET } from '../support/blacklist'
import { output } from '../support/command'
import { blocks, read } from '../support/documents'
import { type LinkedApp, makeLinkedApp, ROOT } from '../support/linked-app'
import { type Running, start } from '../support/running'

const [PROGRAM = ''] = blocks(read('README.md'), 'js')

describe("the README's program", () => {
  let app: LinkedApp
  let running: Running
  let base: string

  beforeAll(async () => {
    app = makeLinkedApp(['express', 'passport', 'passport-jwt', 'sequelize', 'sqlite3'])
    const url = `sqlite:${join(app.folder, 'app.sqlite')}`
    await output(process.execPath, [join(ROOT, 'dist/lib/cli/main.js'), 'init'], { cwd: app.folder })
    const migrate = [join(ROOT, 'node_modules/sequelize-cli/lib/sequelize'), 'db:migrate', '--url', url]
    await output(process.execPath, migrate, { cwd: app.folder })
    app.write('server.mjs', PROGRAM)
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    const env = { DATABASE_URL: url, JWT_SECRET: SECRET, PORT: String(port) }
    running = start(process.execPath, ['server.mjs'], { cwd: app.folder, env })
    await untilItAnswers(base)
  })
  afterAll(async () => {
    await running?.end('SIGTERM')
    app.remove()
  })

  const post = (path: string, body: object) =>
    fetch(base + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const withToken = (path: string, access: string, method = 'GET') =>
    fetch(base + path, { method, headers: { Authorization: `Bearer ${access}` } })

  test('accepts a token until its user logs out', async () => {
    const login = await post('/api/token', { username: 'alice', password: 'wonderland' })
    expect(login.status).toBe(200)
    const { access } = (await login.json()) as { access: string }
    const me = await withToken('/me', access)
    expect([me.status, await me.json()]).toEqual([200, { username: 'alice' }])
    expect((await withToken('/logout', access, 'POST')).status).toBe(204)
    const refused = await withToken('/me', access)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('WWW-Authenticate')).toContain('Token is blacklisted')
  })

  test('ends a refresh token by the route', async () => {
    const login = await post('/api/token', { username: 'alice', password: 'wonderland' })
    const { refresh } = (await login.json()) as { refresh: string }
    expect((await post('/api/token/blacklist', { refresh })).status).toBe(200)
    expect((await post('/api/token/refresh', { refresh })).status).toBe(401)
  })

  test('gives no token for a wrong password', async () => {
    expect((await post('/api/token', { username: 'alice', password: 'looking-glass' })).status).toBe(401)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilItAnswers(base: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(base)
      return
    } catch (error) {
      if (attempt === 300) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
