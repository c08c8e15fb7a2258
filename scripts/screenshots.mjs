// `npm run screenshots`: makes docs/images/ anew, of the demo's admin with sample data. It needs Chromium.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { serve } from '../examples/demo/server.mjs'

const DAY = 86_400
const FOLDER = 'docs/images'
const WIDE = { viewport: { width: 1080, height: 700 } }
const PHONE = { viewport: { width: 390, height: 700 } }
const PICTURES = [
  { name: 'admin-overview', path: '/', ...WIDE },
  { name: 'admin-overview-dark', path: '/', ...WIDE, colorScheme: 'dark' },
  { name: 'admin-outstanding', path: '/outstanding', ...WIDE },
  { name: 'admin-blacklisted', path: '/blacklisted', ...WIDE },
  { name: 'admin-phone', path: '/outstanding?by=user&q=1', ...PHONE },
]

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'))
const demo = await serve({ url: `sqlite:${join(folder, 'demo.sqlite')}`, port: 0 })
const executablePath = [process.env.TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  await seed(demo.tokens)
  mkdirSync(FOLDER, { recursive: true })
  for (const picture of PICTURES) await take(picture)
} finally {
  await browser.close()
  await demo.close()
  rmSync(folder, { recursive: true })
}

async function seed(tokens) {
  const now = Math.floor(Date.now() / 1000)
  for (let n = 0; n < 90; n++) {
    const exp = now + Math.round(((n * 37) % 90) ** 1.25 * 0.05 * DAY) - 3600
    await tokens.outstand({ jti: `app-${1000 + n}`, sub: String(1 + (n % 2)), iat: exp - 7 * DAY, exp })
  }
  for (let n = 0; n < 12; n++) await tokens.outstand({ jti: `old-${n}`, sub: '2', exp: now - DAY - 900 * n })
  for (let login = 0; login < 8; login++) {
    const pair = await tokens.obtainPair({ id: String(1 + (login % 2)) })
    if (login % 3 === 0) await tokens.refresh(pair.refresh)
    if (login === 4) await tokens.blacklist(pair.refresh)
    if (login === 5) await tokens.blacklist(pair.access)
  }
}

async function take({ name, path, ...look }) {
  const page = await (await browser.newContext(look)).newPage()
  await page.goto(`${demo.base}/staff/login`)
  await page.getByLabel('Username').fill('staff')
  await page.getByLabel('Password').fill('cheshire')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.goto(`${demo.base}/admin/tokens${path}`)
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
}
