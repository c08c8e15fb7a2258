import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

const PLACES = [process.env.TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * Chromium, where it is installed; else undefined, which is told.
 * @throws Error where it is not, and `REQUIRE_BROWSER=1` says that it must be
 */
export function findBrowser(): string | undefined {
  const found = PLACES.find((path) => path && existsSync(path))
  if (found) return found
  const why = 'there is no Chromium; install it, or set TEST_CHROMIUM'
  if (process.env.REQUIRE_BROWSER === '1') throw new Error(`REQUIRE_BROWSER is set, but ${why}`)
  console.log(`Left out: the pages in a browser, since ${why}.`)
  return undefined
}

export interface Browsing {
  /** A page of a profile of its own. */
  open(options?: BrowserContextOptions): Promise<Page>
}

/** One Chromium for the tests of a file. */
export function useBrowser(executablePath: string): Browsing {
  let browser: Browser
  beforeAll(async () => {
    // As root, Chromium has no sandbox; what it opens is these tests' own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  })
  afterAll(() => browser?.close())
  return {
    async open(options = {}) {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(20_000)
      return context.newPage()
    },
  }
}

/** Tab by Tab to what has this name, as a screen reader would say it. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = []
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab')
    const reached = await page.evaluate(nameOfFocused)
    if (typeof name === 'string' ? reached === name : name.test(reached)) return
    seen.push(reached)
  }
  throw new Error(`Tab does not reach ${name}, but ${seen.slice(0, 30).join(' | ')}`)
}

/** Runs in the page. */
function nameOfFocused(): string {
  const element = (globalThis as unknown as { document: { activeElement: FocusedElement | null } }).document.activeElement
  const text = element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? ''
  return text.replaceAll(/\s+/g, ' ').trim()
}

interface FocusedElement {
  textContent: string | null
  labels?: ArrayLike<{ textContent: string | null }>
  getAttribute(name: string): string | null
}
