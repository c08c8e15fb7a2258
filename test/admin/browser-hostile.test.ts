import type { RequestListener } from 'node:http'
import Tokens from 'csrf'
import { describe, expect, onTestFinished, test } from 'vitest'
import { adminApp } from '../support/admin-app'
import { listen } from '../support/app'
import { useDatabase } from '../support/blacklist'
import { findBrowser, useBrowser } from '../support/browser'
import { inSeconds } from '../support/seconds'

const executable = findBrowser()
const COOKIE = 'passport_jwt_blacklist_csrf'

/** Cookies do not tell ports apart: a page of the same host at another port gets the admin's, and sets them too. */
const HOSTS = { 'another site': '127.0.0.1', 'another origin of the same site': 'localhost' }

describe.skipIf(!executable)('a hostile page in the browser of somebody of the staff', () => {
  const db = useDatabase('sqlite')
  const browsing = useBrowser(executable as string)

  const serve = async (listener: RequestListener, host: string) => {
    const server = await listen(listener)
    onTestFinished(() => server.close())
    return server.url.replace('127.0.0.1', host)
  }

  test.each(Object.entries(HOSTS))('of %s blacklists nothing and sees nothing', async (_name, host) => {
    const tokens = db.make()
    const jti = `prey-of-${host}`
    await tokens.outstand({ jti, exp: inSeconds(3600) })
    const asked: string[] = []
    const app = await adminApp(tokens, {
      before: [
        (req, res, next) => {
          res.on('finish', () => asked.push(`${req.method} ${req.originalUrl} ${res.statusCode}`))
          next()
        },
      ],
    })
    const base = app.base.replace('127.0.0.1', 'localhost')
    const target = `${base}/outstanding/blacklist`
    const page = await browsing.open()
    await page.goto(`${base}/outstanding`)

    const secret = new Tokens().secretSync()
    const csrf = new Tokens().create(secret)
    const evil = await serve((_req, res) => {
      res.setHeader('Set-Cookie', `${COOKIE}=${secret}; Path=/admin/tokens`)
      res.setHeader('Content-Type', 'text/html')
      res.end(`<form id="form" method="post" action="${target}">
        <input name="csrf" value="${csrf}"><input name="one" value="${jti}"><button>A prize!</button></form>
        <iframe name="frame" src="${base}/outstanding"></iframe>`)
    }, host)

    await page.goto(evil)
    // With what the evil page knows and has set itself, by form and by fetch.
    for (const mode of ['no-cors', 'cors']) {
      await page.evaluate(
        `fetch('${target}', { method: 'POST', mode: '${mode}', credentials: 'include',
          body: new URLSearchParams({ csrf: '${csrf}', one: '${jti}' }) }).catch(() => {})`,
      )
      const read = await page.evaluate(
        `fetch('${base}/outstanding', { mode: '${mode}', credentials: 'include' }).then((answer) => answer.text(), () => '')`,
      )
      expect(read).toBe('')
    }
    expect(await page.frame('frame')?.locator('body').textContent()).not.toContain('Outstanding')
    await page.getByRole('button', { name: 'A prize!' }).click()
    await page.getByRole('heading', { name: 'Please try again' }).waitFor()
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual(Array(3).fill('POST /admin/tokens/outstanding/blacklist 403'))
    expect(await tokens.isBlacklisted({ jti })).toBe(false)

    // The page's own form does, with whatever cookie.
    await page.goto(`${base}/outstanding`)
    await page.getByRole('button', { name: `Blacklist ${jti}` }).click()
    await page.getByRole('status').getByText('Blacklisted one token.').waitFor()
    expect(await tokens.isBlacklisted({ jti })).toBe(true)
  })
})
