import type express from 'express'
import helmet from 'helmet'
import { describe, expect, test } from 'vitest'
import { type AdminBrowser, adminApp, flashOf, MOUNTS } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { inSeconds } from '../support/seconds'

describe('forms', () => {
  const db = useDatabase('sqlite')
  let last = 0
  const outstanding = async () => {
    const tokens = db.make()
    const jti = `form-${++last}`
    await tokens.outstand({ jti, exp: inSeconds(3600) })
    return { tokens, jti, isBlacklisted: () => tokens.isBlacklisted({ jti }) }
  }

  test.each(MOUNTS)('in %s, a page’s own form changes what it says', async (mount) => {
    const { tokens, jti, isBlacklisted } = await outstanding()
    const browser = (await adminApp(tokens, { mount })).browser()
    const answer = await browser.submit('/outstanding/blacklist', { one: jti })
    expect(answer).toMatchObject({ status: 303, html: '' })
    const page = await browser.follow(answer)
    expect([page.status, flashOf(page)]).toEqual([200, 'Blacklisted one token.'])
    expect(flashOf(await browser.get('/outstanding'))).toBeUndefined()
    expect(await isBlacklisted()).toBe(true)
  })

  test.each([
    ['without a token', async () => ({ fields: {} })],
    ['with an empty token', async () => ({ fields: { csrf: '' } })],
    [
      'with a token of another browser',
      async (_: AdminBrowser, other: AdminBrowser) => ({ fields: { csrf: await other.token() } }),
    ],
    ['with a token in the query', async (browser: AdminBrowser) => ({ fields: {}, query: `?csrf=${await browser.token()}` })],
    ['from a sibling’s origin', evil({ origin: 'http://evil.127.0.0.1.example' })],
    ['from the same host at another port', evil({ origin: 'http://127.0.0.1:1' })],
    ['from a sandboxed page', evil({ origin: 'null' })],
    ['from another site, as the browser says', evil({ 'sec-fetch-site': 'cross-site' })],
    ['from a sibling site, as the browser says', evil({ 'sec-fetch-site': 'same-site' })],
  ] as [string, Attack][])('%s are refused with 403, and change nothing', async (_name, attack) => {
    const { tokens, jti, isBlacklisted } = await outstanding()
    const app = await adminApp(tokens)
    const browser = app.browser()
    await browser.token()
    const { fields, headers, query = '' } = await attack(browser, app.browser())
    const answer = await browser.post(`/outstanding/blacklist${query}`, { ...fields, one: jti }, headers)
    expect(answer.status).toBe(403)
    expect(answer.html).toContain('Please try again')
    expect(await isBlacklisted()).toBe(false)
    for (const path of ['/outstanding/user', '/blacklisted', '/blacklisted/remove', '/flush']) {
      expect([path, (await browser.post(path + query, { ...fields, id: '1', jti }, headers)).status]).toEqual([path, 403])
    }
    expect(await isBlacklisted()).toBe(false)
    expect(app.errors).toEqual([])
  })

  test('of a browser that has lost its cookie are refused, and its next one is not', async () => {
    const { tokens, jti, isBlacklisted } = await outstanding()
    const browser = (await adminApp(tokens)).browser()
    const csrf = await browser.token()
    browser.cookies.clear()
    const answer = await browser.post('/outstanding/blacklist', { csrf, one: jti })
    expect(answer.status).toBe(403)
    expect(await isBlacklisted()).toBe(false)
    expect((await browser.submit('/outstanding/blacklist', { one: jti })).status).toBe(303)
    expect(await isBlacklisted()).toBe(true)
  })

  test('are taken though a sibling site has set cookies of the same name, which come first', async () => {
    for (const other of ['junk', 'a'.repeat(24), '%']) {
      const { tokens, jti, isBlacklisted } = await outstanding()
      const browser = (await adminApp(tokens)).browser()
      const csrf = await browser.token()
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${other}; ${name}=${value}`).join('; ')
      expect((await browser.post('/outstanding/blacklist', { csrf, one: jti }, { cookie })).status).toBe(303)
      expect(await isBlacklisted()).toBe(true)
    }
  })

  test('change nothing by GET or HEAD', async () => {
    const { tokens, jti, isBlacklisted } = await outstanding()
    const browser = (await adminApp(tokens)).browser()
    const csrf = await browser.token()
    for (const path of [
      '/outstanding/blacklist',
      '/outstanding/user',
      '/blacklisted',
      '/blacklisted/remove',
      '/flush',
      '/outstanding',
    ]) {
      for (const method of ['GET', 'HEAD'])
        await browser.request(`${path}?${new URLSearchParams({ csrf, one: jti, jti, id: '1' })}`, { method })
    }
    expect(await isBlacklisted()).toBe(false)
  })

  test('other methods are answered 405 with those that there are', async () => {
    const { browser } = await adminApp(db.make())
    for (const [path, allow] of [
      ['/', 'GET, HEAD'],
      ['/outstanding', 'GET, HEAD'],
      ['/blacklisted', 'GET, HEAD, POST'],
      ['/flush', 'POST'],
    ] as const) {
      for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', ...(allow.includes('POST') ? [] : ['POST'])]) {
        const { status, headers } = await browser().request(path, { method })
        expect([path, method, status, headers.get('allow')]).toEqual([path, method, 405, allow])
      }
    }
    expect((await browser().get('/flush')).status).toBe(405)
  })

  test('its cookies are for its own pages alone, and for HTTPS alone where that is spoken', async () => {
    for (const [path, expected] of [
      ['/admin/tokens', '/admin/tokens'],
      ['/', '/'],
    ] as const) {
      const { browser } = await adminApp(db.make(), { path })
      const [cookie = ''] = (await browser().get('/')).headers.getSetCookie()
      expect(cookie.split('; ').slice(1).sort()).toEqual(['HttpOnly', `Path=${expected}`, 'SameSite=Strict'])
    }
    const secure: express.RequestHandler = (req, _res, next) => {
      Object.defineProperty(req, 'secure', { value: true })
      next()
    }
    const { browser } = await adminApp(db.make(), { before: [secure] })
    expect((await browser().get('/')).headers.getSetCookie()).toMatchObject([expect.stringContaining('; Secure;')])
  })

  test('every answer has its strict headers, under Helmet’s defaults too', async () => {
    for (const before of [[], [helmet()]]) {
      const { browser } = await adminApp(db.make(), { before })
      const same = browser()
      const answers = [await same.get('/'), await same.get('/blacklisted/remove'), await same.submit('/blacklisted', {})]
      for (const { headers } of answers) {
        expect(Object.fromEntries(headers)).toMatchObject({
          'cache-control': 'no-store',
          'content-security-policy':
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
          'referrer-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
        })
      }
    }
  })
})

type Attack = (
  browser: AdminBrowser,
  other: AdminBrowser,
) => Promise<{ fields: Record<string, string>; headers?: Record<string, string>; query?: string }>

/** With everything that a page of the admin has, but its origin. */
function evil(headers: Record<string, string>): Attack {
  return async (browser) => ({ fields: { csrf: await browser.token() }, headers })
}
