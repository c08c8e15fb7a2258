import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, tabTo, useBrowser } from '../support/browser'
import { createDatabase, type TestDatabase } from '../support/databases'
import { type Running, start } from '../support/running'

const ROOT = resolve(__dirname, '../..')
const executable = findBrowser()

describe.skipIf(!executable)('a new member of the staff, from the demo’s first page on', () => {
  const browsing = useBrowser(executable as string)
  let database: TestDatabase
  let demo: Running
  let base: string
  beforeAll(async () => {
    database = await createDatabase('sqlite')
    const env = { DATABASE_URL: database.url, PORT: '0' }
    demo = start(process.execPath, ['scripts/start.mjs'], { cwd: ROOT, env })
    const [, said] = await demo.says(/Serving on (\S+), a page to begin with\.[\s\S]*username staff, password cheshire/)
    base = said as string
  })
  afterAll(async () => {
    await demo?.end('SIGTERM')
    await database.drop()
  })

  const answer = (page: Page, text: string) => page.getByRole('log').getByText(text).last().waitFor()
  const sessionOn = async (page: Page) => {
    await page.getByText(/in the session/).waitFor()
    return /session ([0-9a-f]{32})/.exec((await page.locator('#who').textContent()) ?? '')?.[1] as string
  }

  test('finds a user’s session, blacklists it, and sees the user’s next request refused, by mouse', async () => {
    const user = await browsing.open()
    await user.goto(base)
    await user.getByRole('button', { name: 'Log in' }).click()
    const session = await sessionOn(user)
    await user.getByRole('button', { name: 'Who am I?' }).click()
    await answer(user, 'GET /me 200')

    const [admin] = await Promise.all([user.context().waitForEvent('page'), user.getByRole('link', { name: /admin/ }).click()])
    await admin.getByLabel('Username').fill('staff')
    await admin.getByLabel('Password').fill('looking-glass')
    await admin.getByRole('button', { name: 'Log in' }).click()
    await admin.getByRole('alert').waitFor()
    await admin.getByLabel('Username').fill('staff')
    await admin.getByLabel('Password').fill('cheshire')
    await admin.getByRole('button', { name: 'Log in' }).click()
    await admin.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Outstanding' }).click()
    await admin.getByRole('link', { name: 'alice' }).first().click()
    await admin.getByRole('link', { name: 'Sessions' }).click()
    await admin.getByRole('button', { name: `Blacklist ${session}` }).click()
    await admin.getByRole('status').getByText('Blacklisted one token.').waitFor()

    await user.getByRole('button', { name: 'Who am I?' }).click()
    await answer(user, 'GET /me 401 Token is blacklisted')
    await user.getByRole('button', { name: 'Refresh' }).click()
    await answer(user, 'POST /api/token/refresh 401')
  })

  test('and again by keyboard alone', async () => {
    const user = await browsing.open()
    await user.goto(base)
    const press = async (page: Page, name: string | RegExp, key = 'Enter') => {
      await tabTo(page, name)
      await page.keyboard.press(key)
    }
    await press(user, 'Log in')
    const session = await sessionOn(user)
    await press(user, /^Who am I/)
    await answer(user, 'GET /me 200')

    await tabTo(user, 'Open the admin in a new tab')
    const [admin] = await Promise.all([user.context().waitForEvent('page'), user.keyboard.press('Enter')])
    await admin.waitForLoadState()
    await tabTo(admin, 'Username')
    await admin.keyboard.type('staff')
    await tabTo(admin, 'Password')
    await admin.keyboard.type('cheshire')
    await admin.keyboard.press('Enter')
    await admin.getByRole('heading', { name: 'Overview' }).waitFor()
    await press(admin, 'Outstanding')
    await admin.getByRole('heading', { name: 'Outstanding tokens' }).waitFor()
    await press(admin, 'Skip to the content')
    await tabTo(admin, 'Id, in full')
    await admin.keyboard.type(session)
    await admin.keyboard.press('Enter')
    await admin.getByText('1 token', { exact: true }).waitFor()
    await press(admin, `Select ${session}`, 'Space')
    await admin.keyboard.press('Enter')
    await admin.getByRole('status').getByText('Blacklisted one token.').waitFor()

    await user.bringToFront()
    await press(user, /^Who am I/)
    await answer(user, 'GET /me 401 Token is blacklisted')
    expect(await user.getByText(/eyJ[\w-]+\.\w/).count()).toBe(0)
  })
})
