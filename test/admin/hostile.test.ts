import express from 'express'
import express4 from 'express4'
import fc from 'fast-check'
import { Op } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { mountPathOf } from '../../lib/admin/mount-path'
import { adminApp, flashOf, MOUNTS, textOf } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { signed } from '../support/jwt'
import { seeded } from '../support/random'
import { DAY, inSeconds } from '../support/seconds'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const XSS = `"><script>alert('x')</script><img src=x onerror=alert(1)>'&amp;`
const PAGES = ['/', '/outstanding', '/outstanding?filter=active', '/blacklisted', '/blacklisted?by=user&q=1']

describe('the admin', () => {
  const db = useDatabase('sqlite')

  test('loads nothing from elsewhere, and has neither scripts nor inline styles', async () => {
    const tokens = db.make()
    const browser = (await adminApp(tokens)).browser()
    for (const path of PAGES) {
      const { html } = await browser.get(path)
      const addresses = [...html.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, address]) => address)
      expect(addresses.length).toBeGreaterThan(5)
      for (const address of addresses) expect(address).toMatch(/^(\/admin\/tokens\/|#content$)/)
      expect(html).not.toMatch(/<script|<style| style=| on\w+=/)
    }
  })

  test('shows whatever an id or a name is made of as text', async () => {
    const tokens = db.make()
    await tokens.blacklist({ jti: XSS, sub: XSS, exp: inSeconds(DAY) })
    await tokens.outstand({ jti: `${XSS}2`, sub: XSS, exp: inSeconds(DAY) })
    const browser = (await adminApp(tokens, { describeUser: () => ({ [XSS]: `<b>${XSS}` }) })).browser()
    const asked = encodeURIComponent(XSS)
    const questions = [`/outstanding/user?id=${asked}`, `/outstanding?by=user&q=${asked}`, `/blacklisted?by=jti&q=${asked}`]
    for (const path of [...PAGES, ...questions, `/outstanding?filter=${asked}`]) {
      const { status, html } = await browser.get(path)
      expect([path, status]).toEqual([path, 200])
      expect(html).not.toMatch(/<script|<img|<b>/i)
    }
    expect(textOf((await browser.get('/outstanding')).html)).toContain(XSS)
  })

  test('shows no encoded token, stored or not', async () => {
    const tokens = db.make({ storeTokens: true })
    const pair = await tokens.obtainPair({ id: '1' })
    await tokens.blacklist(pair.access)
    expect((await tokens.models.OutstandingToken.findAll()).some(({ token }) => token?.startsWith('eyJ'))).toBe(true)
    const browser = (await adminApp(tokens)).browser()
    for (const path of [...PAGES, '/outstanding?by=user&q=1', '/outstanding/user?id=1']) {
      const { html, headers } = await browser.get(path)
      expect(html + JSON.stringify([...headers])).not.toMatch(/eyJ[\w-]+\.\w/)
    }
    // Pasted where an id belongs, whole or its beginning.
    for (const pasted of [pair.access, pair.access.slice(0, 120), `Bearer ${pair.refresh}`]) {
      for (const path of ['/outstanding', '/blacklisted']) {
        const { status, html, headers } = await browser.get(`${path}?${new URLSearchParams({ by: 'jti', q: pasted })}`)
        expect(status).toBe(303)
        expect(html + JSON.stringify([...headers])).not.toMatch(/eyJ/)
      }
      const { status, html } = await browser.submit('/blacklisted', { jti: pasted })
      expect([status, flashOf({ html } as never)]).toEqual([400, expect.stringContaining('paste it into the field')])
      expect(html).not.toMatch(/eyJ/)
    }
  })

  test('takes no token for an id, with whatever around it, and shows it nowhere', async () => {
    const tokens = db.make()
    const encoded = signed({ jti: 'leaked' })
    const browser = (await adminApp(tokens)).browser()
    for (const text of [encoded, `"${encoded}"`, `token: ${encoded}`, encoded.slice(0, encoded.lastIndexOf('.'))]) {
      const q = encodeURIComponent(text)
      const answers = [
        await browser.submit('/blacklisted', { jti: text }),
        await browser.submit('/blacklisted', { jti: 'other', expires: text }),
        await browser.submit('/outstanding/user', { id: text }),
        await browser.get(`/outstanding/user?id=${q}`),
        await browser.get(`/outstanding?by=jti&q=${q}`),
        await browser.get(`/outstanding?by=user&q=${q}`),
        await browser.get(`/blacklisted?q=${q}`),
      ]
      for (const { html } of answers) expect(html).not.toMatch(/eyJ[\w-]+/)
      expect(answers.slice(0, 4).map(({ status }) => status)).toEqual([400, 400, 400, 400])
    }
    expect(await tokens.models.OutstandingToken.count({ where: { jti: { [Op.like]: '%eyJ%' } } })).toBe(0)
  })

  test.each(MOUNTS)('in %s, answers 4xx to odd bodies', async (mount) => {
    const app = await adminApp(db.make(), { mount })
    const browser = app.browser()
    const csrf = await browser.token()
    const post = (body: string, headers: Record<string, string>) =>
      browser.request('/outstanding/blacklist', { method: 'POST', body, headers })
    const odd: [string, Record<string, string>, number][] = [
      ['', FORM, 403],
      [`csrf=${csrf}&one=x`, { 'content-type': 'text/plain' }, 415],
      [JSON.stringify({ csrf, one: 'x' }), { 'content-type': 'application/json' }, 415],
      [`csrf=${csrf}`, { 'content-type': 'multipart/form-data; boundary=x' }, 415],
      [`csrf=${csrf}`, { 'content-type': 'application/x-www-form-urlencoded; charset=klingon' }, 415],
      [`csrf=${csrf}`, { ...FORM, 'content-encoding': 'gzip' }, 400],
      [`csrf=${csrf}&one=${'x'.repeat(300_000)}`, FORM, 413],
      [`csrf=${csrf}${'&jti=x'.repeat(1000)}`, FORM, 413],
      ['%', FORM, 403],
      ['csrf[]=x&csrf[a]=y&__proto__=z&constructor=w', FORM, 403],
      [`csrf=${csrf}&one=%zz%`, FORM, 303],
      [`csrf=${csrf}&jti=%00&jti=${'y'.repeat(4000)}`, FORM, 303],
    ]
    for (const [body, headers, status] of odd) {
      expect([body.slice(0, 60), (await post(body, headers)).status]).toEqual([body.slice(0, 60), status])
    }
    expect(app.errors).toEqual([])
  })

  test.each([
    ['Express 5', express],
    ['Express 4', express4],
  ] as const)('in %s, takes forms that the app has read already', async (mount, framework) => {
    for (const extended of [true, false]) {
      const tokens = db.make()
      const jtis = Array.from({ length: 50 }, (_, n) => `read-${mount}-${extended}-${n}`.replace(' ', '-'))
      for (const jti of jtis) await tokens.outstand({ jti, exp: inSeconds(DAY) })
      const app = await adminApp(tokens, { mount, before: [framework.json(), framework.urlencoded({ extended })] })
      const browser = app.browser()
      const page = await browser.follow(await browser.submit('/outstanding/blacklist', { jti: jtis }))
      expect(flashOf(page)).toBe('Blacklisted 50 tokens.')
      expect((await browser.submit('/outstanding/blacklist', { 'one[x]': 'y' })).status).toBe(303)
      expect(app.errors).toEqual([])
    }
  })

  test('answers no query, cookie or field with a 500', async () => {
    const { seed } = seeded()
    const app = await adminApp(db.make())
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(XSS, '%', '-1', '1e9', 'null', '__proto__'),
    )
    const path = fc.constantFrom('/', '/outstanding', '/blacklisted', '/blacklisted/remove', '/outstanding/user')
    const name = fc.constantFrom('filter', 'by', 'q', 'cursor', 'id', 'jti', 'one', 'token', 'expires')
    const fields = fc.array(fc.tuple(name, text), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(path, fields, text, fc.boolean(), async (path, fields, cookie, posted) => {
        const browser = app.browser()
        const target = posted
          ? path.replace(/^\/$|^\/outstanding$/, '/outstanding/blacklist')
          : `${path}?${new URLSearchParams(fields)}`
        browser.cookies.set('passport_jwt_blacklist_said', encodeURIComponent(cookie.toWellFormed()))
        const { status } = posted ? await browser.submit(target, fields) : await browser.get(target)
        expect([200, 303, 400, 404]).toContain(status)
      }),
      { seed, numRuns: 150 },
    )
    expect(app.errors).toEqual([])
  })

  test.each([
    ['Express 5', '/:tenant/admin', '/%2F%2Fevil.example/admin'],
    ['Express 5', '/:tenant/admin', '/a"b/admin'],
    ['Express 5', '/:tenant/admin', '/a;b/admin'],
    // Connect, and a mount path that is a pattern, let two slashes begin it.
    ['Connect', '//evil.example/admin', '//evil.example/admin'],
  ] as const)('in %s at %s, leads nowhere but to itself where the path is %s', async (mount, mounted, path) => {
    const { browser } = await adminApp(db.make(), { mount, path: mounted })
    const own = browser()
    const { status, html } = await own.get(`${own.base.replace(mounted, path)}/`)
    expect(status).toBe(200)
    const addresses = [...html.matchAll(/ (?:href|action)="([^"]*)"/g)].map(([, address]) => address)
    expect(addresses.length).toBeGreaterThan(5)
    for (const address of addresses) expect(address).toMatch(/^(\/[^/]|#content$)/)
  })

  test('no browser asks for a path that begins with a backslash, but one would follow it to another host', () => {
    expect(mountPathOf({ baseUrl: '/\\evil.example/admin' } as never)).toBe('/evil.example/admin')
  })
})

describe('describeUser', () => {
  const db = useDatabase('sqlite')
  const page = async (describeUser: (ids: string[]) => unknown, checkTimeout = '5s') => {
    const logged: unknown[] = []
    const tokens = db.make({ checkTimeout, logger: { error: (...said) => logged.push(said) } })
    await tokens.outstand({ jti: 'named', sub: 'alice', exp: inSeconds(DAY) })
    const app = await adminApp(tokens, { describeUser: describeUser as never })
    const { status, html } = await app.browser().get('/outstanding')
    return { status, text: textOf(html), logged }
  }

  test.each([
    [
      'throws',
      () => {
        throw new Error('gone')
      },
    ],
    ['rejects', () => Promise.reject(new Error('gone'))],
    ['never answers', () => new Promise(() => {})],
  ])('that %s costs the names alone', async (_name, describeUser) => {
    const { status, text, logged } = await page(describeUser, '1s')
    expect([status, text]).toEqual([200, expect.stringContaining('named alice')])
    expect(logged).toMatchObject([['passport-jwt-blacklist: describeUser failed', expect.any(Error)]])
  })

  test.each([[undefined], [null], [{}], [new Map()], [{ alice: 7 }], [new Map([['alice', null]])], ['text'], [{ alice: '' }]])(
    'that answers %s names nobody',
    async (answer) => {
      expect(await page(() => answer)).toMatchObject({ status: 200, text: expect.stringContaining('named alice'), logged: [] })
    },
  )
})
