import { request } from 'node:http'
import { createServer as createHttp2Server, connect as http2Connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Handler } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { loginWithCookie, postWith, setCookies } from '../../support/cookies'
import { authenticate, FRAMEWORKS, PASSWORD, PREFIX, routeApp } from '../../support/route-apps'
import { countRows } from '../../support/rows'
import { accepted } from '../../support/tokens'

const OTHER = 'https://app.example.com'
const FORBIDDEN = { status: 403, body: { detail: 'CSRF Failed: Origin checking failed.' } }

type Sent = Record<string, string>

/** What a browser says of where a request comes from; `$host` is the app's own. */
const PASSED: [string, Sent][] = [
  ['neither header, from what is no browser', {}],
  ['its own origin', { origin: 'http://$host' }],
  ['its own origin, over HTTPS to a proxy', { origin: 'https://$host' }],
  ['its own origin, and same-origin', { origin: 'https://$host', 'sec-fetch-site': 'same-origin' }],
  ['same-origin, where a proxy has changed the Host', { origin: 'https://www.example', 'sec-fetch-site': 'same-origin' }],
  ['same-origin alone', { 'sec-fetch-site': 'same-origin' }],
  ['none, the user’s own doing', { 'sec-fetch-site': 'none' }],
  ['an allowed origin', { origin: OTHER }],
  ['an allowed origin, from another site', { origin: OTHER, 'sec-fetch-site': 'cross-site' }],
]
const REFUSED: [string, Sent][] = [
  ['another origin', { origin: 'https://evil.example' }],
  ['another port', { origin: 'http://127.0.0.1:1' }],
  ['the allowed host over HTTP', { origin: 'http://app.example.com' }],
  ['a subdomain of the allowed host', { origin: 'https://x.app.example.com' }],
  ['an origin that begins as the allowed one', { origin: `${OTHER}.evil.example` }],
  ['the origin null', { origin: 'null' }],
  ['the origin null, and same-site', { origin: 'null', 'sec-fetch-site': 'same-site' }],
  ['an empty origin', { origin: '' }],
  ['an origin that is none', { origin: 'garbage' }],
  ['same-site alone', { 'sec-fetch-site': 'same-site' }],
  ['cross-site alone', { 'sec-fetch-site': 'cross-site' }],
  ['its own origin over HTTP, which the browser calls another site', { origin: 'http://$host', 'sec-fetch-site': 'cross-site' }],
  ['another origin, and none', { origin: 'https://evil.example', 'sec-fetch-site': 'none' }],
  ['a Sec-Fetch-Site to come', { 'sec-fetch-site': 'new' }],
]

describe.each(FRAMEWORKS)('with %s, in cookie mode a request with', (framework) => {
  const db = useDatabase('sqlite')

  async function world(sent: Sent) {
    const tokens = db.make()
    const seen: string[] = []
    const app = await routeApp(tokens, {
      framework,
      refreshCookie: { allowedOrigins: [OTHER] },
      authenticate(credentials, req) {
        seen.push(credentials.username)
        return authenticate(credentials, req)
      },
    })
    const { access, refresh } = await loginWithCookie(app)
    seen.splice(0)
    const headers = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, value.replace('$host', app.host)]))
    return { tokens, app, access, refresh, seen, headers: { ...headers, cookie: `refresh_token=${refresh}` } }
  }

  test.each(PASSED)('%s is let pass', async (_name, sent) => {
    const { tokens, app, access, headers } = await world(sent)
    expect((await postWith(app, '/', headers, { username: 'alice', password: PASSWORD })).status).toBe(200)
    expect((await postWith(app, '/refresh', headers)).status).toBe(200)
    expect((await postWith(app, '/blacklist', headers)).status).toBe(401)
    expect(await accepted(tokens, access)).toEqual([false])
  })

  test.each(REFUSED)('%s is refused at every route, without effect', async (_name, sent) => {
    const { tokens, app, access, refresh, headers, seen } = await world(sent)
    const rows = await countRows(tokens)
    for (const path of ['/', '/refresh', '/blacklist', '/blacklist/all', '/verify', '/sliding', '/sliding/refresh']) {
      const answer = await postWith(app, path, headers, { username: 'alice', password: PASSWORD, token: access })
      expect(answer).toMatchObject(FORBIDDEN)
      expect(setCookies(answer)).toEqual([])
    }
    expect(seen).toEqual([])
    expect(await countRows(tokens)).toEqual(rows)
    expect(await accepted(tokens, access, refresh)).toEqual([true, true])
  })
})

test.each(FRAMEWORKS)('with %s, a token in the body may come from anywhere', async (framework) => {
  const app = await routeApp(db.make(), { framework })
  const anywhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  expect((await postWith(app, '/', anywhere, { username: 'alice', password: PASSWORD })).status).toBe(200)
})

const db = useDatabase('sqlite')

/** fetch sends no Host but its own. */
test.each([
  ['in capitals', 'API.example.com', 200],
  ['with the default port, as some proxies give it', 'api.example.com:443', 200],
  ['with another port', 'api.example.com:444', 403],
  ['of somebody else', 'example.com', 403],
  ['that is none', 'a b', 403],
])('a Host %s', async (_name, host, status) => {
  const app = await routeApp(db.make(), { refreshCookie: {} })
  const headers = { host, origin: 'https://api.example.com', 'content-type': 'application/json' }
  const sent = request(`http://${app.host}${PREFIX}`, { method: 'POST', headers })
  const answered = new Promise((resolve, reject) => {
    sent.once('response', (response) => resolve(response.resume().statusCode))
    sent.once('error', reject)
  })
  sent.end(JSON.stringify({ username: 'alice', password: PASSWORD }))
  expect(await answered).toBe(status)
})

test.each([
  ['its own origin', 'https://127.0.0.1:$port', 200],
  ['another origin', 'https://evil.example', 403],
  ['the origin null', 'null', 403],
])('over HTTP/2, %s', async (_name, origin, status) => {
  const routes: Handler = db.make().routes({ authenticate: () => ({ id: 'alice' }), refreshCookie: {} })
  const server = createHttp2Server((req, res) => routes(req as never, res as never, () => res.writeHead(500).end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const session = http2Connect(`http://127.0.0.1:${port}`)
  const body = JSON.stringify({ username: 'alice', password: PASSWORD })
  const stream = session.request({
    ':method': 'POST',
    ':path': '/',
    origin: origin.replace('$port', String(port)),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  const answered = new Promise((resolve, reject) => {
    stream.once('response', (headers) => resolve(headers[':status']))
    stream.once('error', reject)
  })
  stream.end(body)
  expect(await answered).toBe(status)
  session.destroy()
  server.close()
})
