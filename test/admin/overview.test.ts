import { EventEmitter, once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { adminApp, flashOf, textOf } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { DIALECTS } from '../support/databases'
import { countRows } from '../support/rows'
import { DAY, inSeconds } from '../support/seconds'

describe.each(DIALECTS)('the overview on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('tells what is there, and flushes, with its progress', async () => {
    const tokens = db.make()
    const browser = (await adminApp(tokens)).browser()
    const text = async () => textOf((await browser.get('/')).html)
    expect(await text()).toContain('Outstanding 0 Blacklisted 0 Expired 0 Waiting for the flush 0')
    expect(await text()).toContain('It keeps up: no row is waiting for it.')
    expect(await text()).toContain('This process last flushed not since it was started')

    await tokens.obtainPair({ id: 'alice' })
    await tokens.blacklist({ jti: 'over', exp: inSeconds(-3600) })
    for (let n = 0; n < 5; n++) await tokens.outstand({ jti: `waiting-${n}`, exp: inSeconds(-DAY - 3 * 3600) })
    expect(await text()).toContain('Outstanding 8 Blacklisted 1 Expired 6 Waiting for the flush 5')
    expect(await text()).toContain('It keeps up: the oldest expired row has waited 3 hours for it')
    await tokens.outstand({ jti: 'waiting-long', exp: inSeconds(-4 * DAY) })
    expect(await text()).toContain('It does not keep up: the oldest expired row has waited 3 days')

    const page = await browser.submit('/flush', {})
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const told = textOf(page.html)
    expect(told).toContain('Deleted 0 expired tokens so far.')
    expect(told).toContain('Done. Deleted 6 expired tokens. Back to the overview')
    expect(page.html).toMatch(/<\/html>$/)
    expect(await countRows(tokens)).toEqual({ outstanding: 3, blacklisted: 1 })
    expect(await text()).toMatch(/This process last flushed \d{4}-\d\d-\d\d \d\d:\d\d , 6 deleted/)
    expect(await text()).toContain('This process flushes next never: it has no flush schedule')
  })

  test('tells when this process flushes next', async () => {
    const tokens = db.make({ flushSchedule: '0 3 * * *' })
    const { browser } = await adminApp(tokens)
    const next = tokens.nextFlush as Date
    expect([next.getUTCHours(), next.getTime() > Date.now(), next.getTime() - Date.now() <= DAY * 1000]).toEqual([3, true, true])
    expect((await browser().get('/')).html).toContain(
      `${next.toISOString().slice(0, 11).replace('T', ' ')}03:00</time> at the earliest`,
    )
    await tokens.close()
    expect(tokens.nextFlush).toBeUndefined()
  })
})

describe('flush now', () => {
  const db = useDatabase('sqlite')

  test('runs once at a time', async () => {
    const tokens = db.make()
    let release = () => {}
    const waits = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow = Object.create(tokens, { flushExpiredTokens: { value: () => waits.then(() => 7) } })
    const { browser } = await adminApp(slow)
    const [first, second] = [browser(), browser()]
    const running = first.submit('/flush', {})
    let refused = await second.submit('/outstanding/blacklist', {})
    // The first has begun once the second one is refused.
    while (refused.status !== 409) {
      const asked = second.submit('/flush', {})
      refused = await Promise.race([asked, new Promise<never>((_, reject) => setTimeout(reject, 20_000))])
    }
    expect(textOf(refused.html)).toContain('A flush is running')
    release()
    expect(textOf((await running).html)).toContain('Done. Deleted 7 expired tokens.')
    expect((await second.submit('/flush', {})).status).toBe(200)
  })

  test('ends after its batch where the page is left', async () => {
    const tokens = db.make()
    let left: AbortSignal | undefined
    const flushExpiredTokens = ({ signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        left = signal
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    const errors: unknown[] = []
    const logger = { error: (message: string) => errors.push(message) }
    const settings = { ...tokens.settings, logger }
    const app = await adminApp(
      Object.create(tokens, { flushExpiredTokens: { value: flushExpiredTokens }, settings: { value: settings } }),
    )
    const browser = app.browser()
    const csrf = await browser.token()
    const leave = new AbortController()
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${app.base}/flush`, {
      method: 'POST',
      body: new URLSearchParams({ csrf }),
      headers: { cookie },
      signal: leave.signal,
    })
    const reader = response.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('so far')
    leave.abort()
    while (!left?.aborted) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(errors).toEqual([])
  })

  test('does not begin where the page is left while the rows are counted', async () => {
    const tokens = db.make()
    const leave = new AbortController()
    let flushed = false
    const connection = new EventEmitter()
    const overview = async () => {
      const closed = once(connection, 'close')
      leave.abort()
      await closed
      setTimeout(() => connection.emit('counted'), 50)
      return tokens.listing.overview()
    }
    const flushExpiredTokens = async () => {
      flushed = true
      return 0
    }
    const slow = Object.create(tokens, {
      listing: { value: { ...tokens.listing, overview } },
      flushExpiredTokens: { value: flushExpiredTokens },
    })
    const app = await adminApp(slow, {
      before: [
        (req, res, next) => {
          if (req.method === 'POST') res.once('close', () => connection.emit('close'))
          next()
        },
      ],
    })
    const browser = app.browser()
    const csrf = await browser.token()
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const counted = once(connection, 'counted')
    const asked = fetch(`${app.base}/flush`, {
      method: 'POST',
      body: new URLSearchParams({ csrf }),
      headers: { cookie },
      signal: leave.signal,
    })
    await expect(asked).rejects.toThrow()
    await counted
    expect(flushed).toBe(false)
  })

  test('has its whole page, whatever the mount path', async () => {
    const app = await adminApp(db.make(), { path: '/:tenant/admin' })
    const browser = app.browser()
    const csrf = await browser.token()
    for (const tenant of ['[progress]', '[the%20progress]']) {
      const { html } = await browser.post(`${app.base.replace(':tenant', tenant)}/flush`, { csrf })
      expect(html).toMatch(/Done\. .*<\/html>$/s)
    }
  })

  test('says that it failed, and logs why', async () => {
    const boom = new Error('the disk is full')
    const logged: unknown[] = []
    const tokens = db.make({ logger: { error: (...said) => logged.push(said) } })
    const failing = Object.create(tokens, { flushExpiredTokens: { value: () => Promise.reject(boom) } })
    const app = await adminApp(failing)
    const { status, html } = await app.browser().submit('/flush', {})
    expect([status, textOf(html)]).toEqual([200, expect.stringContaining('It failed after it had deleted 0 expired tokens.')])
    expect(html).not.toContain('disk')
    expect(logged).toEqual([['passport-jwt-blacklist: the flush that the admin started failed', boom]])
    expect(app.errors).toEqual([])
    expect(flashOf(await app.browser().get('/'))).toBeUndefined()
  })
})
