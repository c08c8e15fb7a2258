import axe from 'axe-core'
import helmet from 'helmet'
import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adminApp } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { findBrowser, useBrowser } from '../support/browser'
import { DAY, inSeconds } from '../support/seconds'
import { chainOf } from '../support/sessions'

const executable = findBrowser()
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  { name: 'on a phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'on a small one', colorScheme: 'dark', viewport: { width: 320, height: 568 } },
] as const

describe.skipIf(!executable)('in a browser', () => {
  const db = useDatabase('sqlite')
  const browsing = useBrowser(executable as string)
  const app = async () => {
    return (await adminApp(db.make(), { describeUser: () => ({ alice: 'Alice Liddell' }), before: [helmet()] })).base
  }

  beforeAll(async () => {
    const tokens = db.make()
    const { sid } = await chainOf(tokens, 'alice', 2)
    await chainOf(tokens, 'bob', 1)
    await tokens.revokeSession(sid)
    await tokens.blacklist({ jti: 'single', sub: 'alice', exp: inSeconds(DAY) })
  })

  beforeEach(async () => {
    const tokens = db.make()
    for (let n = 0; n < 60; n++) await tokens.outstand({ jti: `old-${n}`, sub: 'carol', exp: inSeconds(-3 * DAY + n) })
  })

  test.each(LOOKS)('every page is free of what axe finds, and fits: $name', async ({ name: _name, ...look }) => {
    const base = await app()
    // The pages' policy lets no script in, axe neither.
    const page = await browsing.open({ ...look, bypassCSP: true })
    const removal = async () => {
      await page.goto(`${base}/blacklisted?by=jti&q=single`)
      return page.getByRole('link', { name: /^Remove/ }).click()
    }
    const problem = async () => {
      await page.goto(`${base}/blacklisted`)
      await page.getByText('Add a token').click()
      await page.getByLabel('Encoded token').fill('garbage')
      return page.getByRole('button', { name: 'Blacklist this token' }).click()
    }
    const flush = async () => {
      await page.goto(`${base}/`)
      await page.getByRole('button', { name: 'Flush now' }).click()
      return page.getByText('Done. Deleted 60 expired tokens.').waitFor()
    }
    const steps: [string, () => Promise<unknown>][] = [
      ['Overview', () => page.goto(`${base}/`)],
      ['Outstanding tokens', () => page.goto(`${base}/outstanding`)],
      ['Outstanding tokens', () => page.goto(`${base}/outstanding?by=user&q=alice`)],
      ['Outstanding tokens', () => page.goto(`${base}/outstanding?by=jti&q=nothing`)],
      ['Blacklist all tokens of a user?', () => page.goto(`${base}/outstanding/user?id=alice`)],
      ['Blacklisted tokens', () => page.goto(`${base}/blacklisted`)],
      ['Blacklisted tokens', problem],
      ['Remove from the blacklist?', removal],
      ['Flush', flush],
      ['No such page', () => page.goto(`${base}/outstanding?cursor=x`)],
    ]
    for (const [title, step] of steps) {
      await step()
      expect(await page.title()).toBe(`${title} – Token blacklist`)
      expect([title, await violations(page)]).toEqual([title, []])
      const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
      expect([title, wide]).toEqual([title, false])
    }
  })

  test('without scripts, and under Helmet, a flush shows its progress and its end, and a message is shown once', async () => {
    const base = await app()
    const page = await browsing.open({ javaScriptEnabled: false })
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(base)
    await page.getByRole('button', { name: 'Flush now' }).click()
    await page.getByText('Done. Deleted 60 expired tokens.').waitFor()
    expect(await page.locator('.line:visible').count()).toBe(1)
    await page.getByRole('link', { name: 'Back to the overview' }).click()
    await page.getByText('It keeps up').waitFor()

    await page.getByRole('link', { name: 'Blacklisted', exact: true }).first().click()
    await page.getByText('Add a token').click()
    await page.getByLabel('Token id (jti), or a session').fill('typed')
    await page.getByRole('button', { name: 'Blacklist this id' }).click()
    await page.getByRole('status').getByText('The id is on the blacklist, but nothing with this id was recorded').waitFor()
    await page.reload()
    expect(await page.getByRole('status').count()).toBe(0)
    await page.getByRole('row', { name: 'typed' }).getByRole('link', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Remove from the blacklist' }).click()
    await page.getByRole('status').getByText('off the blacklist').waitFor()
    expect(complaints).toEqual([])
  })

  test('a flush shows how far it is while it runs', async () => {
    const tokens = db.make()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    tokens.flushExpiredTokens = async ({ onProgress } = {}) => {
      onProgress?.(7)
      await held
      return 8
    }
    const { base } = await adminApp(tokens)
    const page = await browsing.open({ javaScriptEnabled: false })
    await page.goto(base)
    await page.getByRole('button', { name: 'Flush now' }).click({ noWaitAfter: true })
    await page.getByText('Deleted 7 expired tokens so far.').waitFor()
    expect(await page.locator('.line:visible').count()).toBe(1)
    release()
    await page.getByText('Done. Deleted 8 expired tokens.').waitFor()
    expect(await page.locator('.line:visible').count()).toBe(1)
  })

  test('large numbers stay in their boxes on a phone', async () => {
    const tokens = db.make()
    const { listing } = tokens
    const count = { count: 10_000, capped: true }
    const overview = async () => ({
      ...(await listing.overview()),
      outstanding: count,
      blacklisted: count,
      expired: count,
      waiting: count,
    })
    Object.defineProperty(tokens, 'listing', { value: { ...listing, overview } })
    const page = await browsing.open({ viewport: { width: 360, height: 740 } })
    await page.goto((await adminApp(tokens)).base)
    const spilt = '[...document.querySelectorAll(".figures li")].filter((box) => box.scrollWidth > box.clientWidth).length'
    expect(await page.evaluate(spilt)).toBe(0)
    expect(await page.getByText('10,000+').count()).toBe(4)
  })
})

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const results = (await page.evaluate('axe.run()')) as axe.AxeResults
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
