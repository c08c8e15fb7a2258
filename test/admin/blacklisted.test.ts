import { describe, expect, test } from 'vitest'
import { type AdminBrowser, adminApp, flashOf, rowsIn, textOf } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { DIALECTS } from '../support/databases'
import { signed } from '../support/jwt'
import { rowsOf } from '../support/rows'
import { DAY, inSeconds } from '../support/seconds'
import { chainOf, expiryOf, heard, jtiOf, REFUSED } from '../support/sessions'

describe.each(DIALECTS)('the page of blacklisted tokens on %s', (dialect) => {
  const db = useDatabase(dialect)
  let last = 0
  const newId = () => `id-${++last}`
  const add = (browser: AdminBrowser, fields: Record<string, string>) => browser.submit('/blacklisted', fields)
  const rowOf = async (browser: AdminBrowser, jti: string) =>
    rowsIn(await browser.get(`/blacklisted?${new URLSearchParams({ by: 'jti', q: jti })}`))[0]
  /** The row's link to the question whether to remove it. */
  const removalOf = async (browser: AdminBrowser, jti: string) => {
    const { html } = await browser.get(`/blacklisted?${new URLSearchParams({ by: 'jti', q: jti })}`)
    const [, query] = /\/blacklisted\/remove\?([^"]+)"/.exec(html) ?? []
    return query && Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&')))
  }
  const remove = async (browser: AdminBrowser, row: Record<string, string>) =>
    flashOf(await browser.follow(await browser.submit('/blacklisted/remove', row)))

  test('adds a token that is outstanding, by its jti', async () => {
    const tokens = db.make()
    const { sid, access } = await chainOf(tokens, 'alice', 0)
    const browser = (await adminApp(tokens)).browser()
    const page = await browser.follow(await add(browser, { jti: ` ${sid}.1 ` }))
    expect(flashOf(page)).toBe('The token is blacklisted.')
    await expect(tokens.verify(String(access[0]))).rejects.toMatchObject(REFUSED)
    expect((await rowOf(browser, `${sid}.1`))?.slice(0, 2)).toEqual([`${sid}.1 Refresh token`, 'alice'])
  })

  test('adds one that nobody knows, until the longest lifetime is over, or as is said', async () => {
    const tokens = db.make({ refreshTokenLifetime: '2d', accessTokenLifetime: '1h', leeway: 60 })
    const browser = (await adminApp(tokens)).browser()
    const [longest, said, session] = [newId(), newId(), 'f'.repeat(31) + (last % 10)]
    expect((await add(browser, { jti: longest })).status).toBe(303)
    expect(Math.abs((await expiryOf(tokens, longest)) - inSeconds(2 * DAY + 3600 + 120))).toBeLessThan(60)
    expect((await add(browser, { jti: said, expires: '2030-01-31T12:30' })).status).toBe(303)
    expect(await expiryOf(tokens, said)).toBe(Date.UTC(2030, 0, 31, 12, 30) / 1000)
    expect((await add(browser, { jti: session })).status).toBe(303)
    const page = await browser.follow(await add(browser, { jti: newId() }))
    expect(flashOf(page)).toMatch(/^The id is on the blacklist, but nothing with this id was recorded here\. If it was mistyped/)
    for (const jti of [longest, said, session]) expect(await tokens.isBlacklisted({ jti })).toBe(true)
  })

  test('keeps one that is on the list already for longer, where it is said, and never for less long', async () => {
    const tokens = db.make()
    const browser = (await adminApp(tokens)).browser()
    for (const jti of [newId(), 'e'.repeat(31) + (last % 10)]) {
      for (const expires of ['2030-01-31T12:30', '2040-01-31T12:30', '2031-01-31T12:30']) await add(browser, { jti, expires })
      expect(await expiryOf(tokens, jti)).toBe(Date.UTC(2040, 0, 31, 12, 30) / 1000)
      expect(await tokens.isBlacklisted({ jti })).toBe(true)
    }
  })

  test('adds one by the token itself, which no page shows', async () => {
    const tokens = db.make()
    const { access, refresh } = await chainOf(tokens, 'alice', 0)
    const own = signed({ sub: 'bob' })
    const browser = (await adminApp(tokens)).browser()
    const broken = String(refresh[0]).replaceAll(/.{60}/g, '$&\r\n')
    for (const token of [own, ` Bearer ${access[0]}\n`, broken]) {
      const answer = await add(browser, { token })
      expect(answer.status).toBe(303)
      const { html } = await browser.follow(answer)
      expect(html).not.toMatch(/eyJ[\w-]+\.\w/)
      await expect(tokens.verify(token.replaceAll(/Bearer |\s/g, ''))).rejects.toMatchObject(REFUSED)
    }
    expect(await tokens.sessionsOf('alice').then((all) => all.map(({ id }) => id))).not.toContain(jtiOf(refresh[0]).split('.')[0])
  })

  test('says what is wrong with what it does not add, and shows no token', async () => {
    const tokens = db.make()
    const browser = (await adminApp(tokens)).browser()
    const expired = signed({ exp: inSeconds(-DAY) })
    const forged = `${signed().slice(0, -5)}AAAAA`
    const attempts: [Record<string, string>, string][] = [
      [{}, 'Give a token, or its id.'],
      [{ jti: 'x', token: 'y' }, 'but not both'],
      [{ token: expired }, 'has expired'],
      [{ token: forged }, 'no token of this app'],
      [{ token: 'eyJgarbage' }, 'no token of this app'],
      [{ token: signed({ jti: undefined, exp: undefined }) }, 'no expiry'],
      [{ jti: expired }, 'paste it into the field for tokens'],
      // The field holds 255 characters.
      [{ jti: signed({ roles: 'x'.repeat(300) }).slice(0, 255) }, 'paste it into the field for tokens'],
      [{ jti: 'x'.repeat(256) }, '1 to 255 characters'],
      [{ jti: 'a\0b' }, '1 to 255 characters'],
      [{ jti: newId(), expires: 'tomorrow' }, 'must look like'],
      [{ jti: newId(), expires: '2030-02-31T99:00' }, 'must look like'],
      [{ jti: newId(), expires: '2020-01-01T00:00' }, 'is over'],
    ]
    for (const [fields, said] of attempts) {
      const answer = await add(browser, fields)
      expect([said, answer.status, flashOf(answer)]).toEqual([said, 400, expect.stringContaining(said)])
      if (fields.token || said.includes('paste')) expect(answer.html).not.toMatch(/eyJ[\w-]+\.\w/)
      if (fields.jti && fields.jti.length < 20 && fields.expires) {
        expect((await rowsOf(tokens, fields.jti)).outstanding).toEqual([])
        expect(answer.html).toContain(`value="${fields.jti}"`)
      }
    }
  })

  test('removes a token, after a question, and tells it', async () => {
    const tokens = db.make()
    const jti = newId()
    await tokens.blacklist({ jti, sub: 'alice', exp: inSeconds(3600) })
    const told = heard(tokens, 'unblacklisted')
    const browser = (await adminApp(tokens)).browser()
    const row = await removalOf(browser, jti)
    const question = await browser.get(`/blacklisted/remove?${new URLSearchParams(row)}`)
    expect(textOf(question.html)).toMatch(/Remove from the blacklist\?.* User alice Expires /)
    expect(await tokens.isBlacklisted({ jti })).toBe(true)
    expect(await remove(browser, row as Record<string, string>)).toMatch(/^The token is off the blacklist/)
    expect(await tokens.isBlacklisted({ jti })).toBe(false)
    expect(told).toEqual([{ userId: 'alice', sid: null, jti }])
    expect((await browser.get(`/blacklisted/remove?${new URLSearchParams(row)}`)).status).toBe(404)
  })

  test('removes a session, whose tokens live again', async () => {
    const tokens = db.make()
    const { sid, access, refresh } = await chainOf(tokens, 'alice', 1)
    await tokens.revokeSession(sid)
    const browser = (await adminApp(tokens)).browser()
    expect(await remove(browser, (await removalOf(browser, sid)) as Record<string, string>)).toMatch(/^The session is off/)
    await tokens.verify(String(access[0]))
    await tokens.refresh(String(refresh[1]))
  })

  test('removes no row that has changed since the page was made', async () => {
    const tokens = db.make()
    const [jti, other] = [newId(), newId()]
    for (const id of [jti, other]) await tokens.blacklist({ jti: id, exp: inSeconds(3600) })
    const browser = (await adminApp(tokens)).browser()
    const row = (await removalOf(browser, jti)) as { id: string; jti: string }
    const own = (await removalOf(browser, other)) as { id: string; jti: string }
    const CHANGED = /^Nothing was removed: the row has changed/
    // As a stale form of another tab has it: removed and blacklisted again meanwhile.
    await remove(browser, row)
    await tokens.blacklist({ jti, exp: inSeconds(3600) })
    for (const stale of [
      row,
      { id: own.id, jti },
      { id: row.id, jti: other },
      { id: '999999999999', jti },
      { id: '1', jti: newId() },
    ]) {
      expect(await remove(browser, stale)).toMatch(CHANGED)
    }
    for (const id of [jti, other]) expect(await tokens.isBlacklisted({ jti: id })).toBe(true)
    for (const odd of [{ jti }, { id: 'x', jti }, { id: '1 OR 1=1', jti }, { id: '1', jti: '' }] as Record<string, string>[]) {
      expect((await browser.submit('/blacklisted/remove', odd)).status).toBe(400)
      expect((await browser.get(`/blacklisted/remove?${new URLSearchParams(odd)}`)).status).toBe(400)
    }
  })

  test('removes no exchanged token, and none whose session is revoked', async () => {
    const tokens = db.make()
    const { sid, refresh } = await chainOf(tokens, 'alice', 1)
    const browser = (await adminApp(tokens)).browser()
    const idOf = async (jti: string) => String((await rowsOf(tokens, jti)).blacklisted[0]?.id)
    expect((await rowOf(browser, `${sid}.1`))?.[5]).toBe('Exchanged')
    const ROTATED = /^Nothing was removed: the token was exchanged/
    expect(await remove(browser, { id: await idOf(`${sid}.1`), jti: `${sid}.1` })).toMatch(ROTATED)
    await tokens.blacklist(String(refresh[1]))
    expect((await rowOf(browser, `${sid}.2`))?.[5]).toBe('Session revoked')
    const REVOKED = /^Nothing was removed: the token's session is revoked/
    expect(await remove(browser, { id: await idOf(`${sid}.2`), jti: `${sid}.2` })).toMatch(REVOKED)
    expect(await remove(browser, { id: await idOf(`${sid}.1`), jti: `${sid}.1` })).toMatch(ROTATED)
    await expect(tokens.refresh(String(refresh[1]))).rejects.toMatchObject(REFUSED)
  })
})
