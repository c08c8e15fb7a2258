import type { RequestListener } from 'node:http'
import express from 'express'
import express4 from 'express4'
import Router from 'router'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AdminHandler, adminRoutes } from '../../lib/admin'
import { AdminBrowser, flashOf } from '../support/admin-app'
import { listen } from '../support/app'
import { useDatabase } from '../support/blacklist'
import { inSeconds } from '../support/seconds'

const PATH = '/acme/staff/tokens'

type Use = { use(path: string, handler: unknown): unknown }

/** The admin in a router in a router, of which one has a parameter. */
function nested<Nest extends Use, App extends Use>(makeRouter: () => Nest, app: App, admin: AdminHandler): App {
  const [inner, outer] = [makeRouter(), makeRouter()]
  inner.use('/tokens', admin)
  outer.use('/staff', inner)
  app.use('/:tenant', outer)
  return app
}

const MOUNTINGS: [string, (admin: AdminHandler) => RequestListener][] = [
  ['routers of Express 5', (admin) => nested(express.Router, express(), admin)],
  ['routers of Express 4', (admin) => nested(express4.Router, express4(), admin)],
  [
    'routers of the package router',
    (admin) => {
      const router = nested(Router, Router(), admin)
      return (req, res) => router(req, res, () => res.end())
    },
  ],
  [
    'plain http, by baseUrl',
    (admin) => (req, res) => {
      const url = req.url?.slice(PATH.length) || '/'
      admin(Object.assign(req, { baseUrl: PATH, url }), res, () => res.end())
    },
  ],
]

describe('under a path of several parts', () => {
  const db = useDatabase('sqlite')

  test.each(MOUNTINGS)('in %s, links, forms and cookies stay in the admin', async (name, mount) => {
    const tokens = db.make()
    const jti = name.replaceAll(' ', '-')
    await tokens.outstand({ jti, exp: inSeconds(3600) })
    const server = await listen(mount(adminRoutes(tokens, { authorize: () => true })))
    onTestFinished(() => server.close())
    const browser = new AdminBrowser(server.url + PATH)
    for (const path of ['', '/', '/outstanding']) {
      const { status, html } = await browser.get(path)
      expect([path, status]).toEqual([path, 200])
      const addresses = [...html.matchAll(/ (?:href|action)="([^"]*)"/g)].map(([, address]) => address)
      expect(addresses.length).toBeGreaterThan(5)
      for (const address of addresses) expect(address).toMatch(/^(\/acme\/staff\/tokens\/|#content$)/)
    }
    const [cookie] = (await new AdminBrowser(browser.base).get('/')).headers.getSetCookie()
    expect(cookie).toContain(`; Path=${PATH};`)
    const page = await browser.follow(await browser.submit('/outstanding/blacklist', { one: jti }))
    expect(flashOf(page)).toBe('Blacklisted one token.')
  })
})
