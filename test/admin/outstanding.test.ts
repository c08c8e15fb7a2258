import { describe, expect, test } from 'vitest'
import { newChain } from '../../lib/claims'
import { adminApp, flashOf, rowsIn, textOf } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { DIALECTS } from '../support/databases'
import { signed } from '../support/jwt'
import { DAY, inSeconds } from '../support/seconds'
import { chainOf, heard, REFUSED } from '../support/sessions'

describe.each(DIALECTS)('the page of outstanding tokens on %s', (dialect) => {
  const db = useDatabase(dialect)
  let last = 0
  const newUser = () => `user-${++last}`
  const jtisOn = (answer: Parameters<typeof rowsIn>[0]) => rowsIn(answer).map(([, jti]) => jti?.split(' ')[0])
  const search = (by: string, q: string, filter = 'all') => `/outstanding?${new URLSearchParams({ by, q, filter })}`

  test('shows a token by its jti, and a user’s by its id, with the name that the app knows', async () => {
    const tokens = db.make()
    const id = newUser()
    const jti = `shown-${id}`
    const exp = Date.UTC(2030, 0, 31, 12, 30) / 1000
    await tokens.outstand({ jti, sub: id, iat: exp - 3600, exp })
    await tokens.outstand({ jti: `${jti}-other`, sub: newUser(), exp })
    const asked: string[][] = []
    const describeUser = (ids: string[]) => {
      asked.push(ids)
      return { [id]: 'Alice Liddell' }
    }
    const browser = (await adminApp(tokens, { describeUser })).browser()
    for (const path of [search('jti', jti), search('user', id)]) {
      expect(rowsIn(await browser.get(path))).toEqual([
        ['', jti, `Alice Liddell ${id}`, '2030-01-31 11:30', '2030-01-31 12:30', 'Active', `Blacklist ${jti}`],
      ])
    }
    expect(asked).toEqual([[id], [id]])
    expect(textOf((await browser.get(search('jti', jti.toUpperCase()))).html)).toContain('There is no such token.')
    for (const odd of [' ', 'x'.repeat(300), 'a\0b', '\ud800', '%']) {
      expect((await browser.get(search('jti', odd))).status).toBe(200)
    }
  })

  test('does not search for a token, and shows none', async () => {
    const browser = (await adminApp(db.make())).browser()
    const token = signed({ iss: 'https://app.example', roles: 'x'.repeat(300) })
    for (const list of ['outstanding', 'blacklisted']) {
      for (const pasted of [token, token.slice(0, 255), `Bearer ${signed()}`]) {
        const answer = await browser.get(`/${list}?${new URLSearchParams({ by: 'jti', q: pasted })}`)
        expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringMatching(new RegExp(`/${list}$`))])
        const page = await browser.follow(answer)
        expect(flashOf(page)).toMatch(/^That is a whole token, not its id/)
        expect(page.html).not.toContain('eyJ')
      }
    }
  })

  test('filters by state', async () => {
    const tokens = db.make()
    const id = newUser()
    const { sid, refresh } = await chainOf(tokens, id, 1)
    await tokens.outstand({ jti: `old-${id}`, sub: id, exp: inSeconds(-3600) })
    await tokens.outstand({ jti: `bad-${id}`, sub: id, exp: inSeconds(3600) })
    await tokens.blacklist({ jti: `bad-${id}` })
    const browser = (await adminApp(tokens)).browser()
    const of = async (filter: string) => jtisOn(await browser.get(search('user', id, filter))).sort()
    expect(refresh).toHaveLength(2)
    expect(await of('all')).toEqual([`${sid}`, `${sid}.1`, `${sid}.2`, `bad-${id}`, `old-${id}`].sort())
    expect(await of('active')).toEqual([sid, `${sid}.2`])
    expect(await of('expired')).toEqual([`old-${id}`])
    expect(await of('blacklisted')).toEqual([`${sid}.1`, `bad-${id}`].sort())
    expect(await of('sessions')).toEqual([sid])
    expect(await of('nonsense')).toEqual(await of('all'))
    const states = Object.fromEntries(rowsIn(await browser.get(search('user', id))).map((row) => [row[1]?.split(' ')[0], row[5]]))
    expect(states).toEqual({
      [sid]: 'Active',
      [`${sid}.1`]: 'Exchanged',
      [`${sid}.2`]: 'Active',
      [`bad-${id}`]: 'Blacklisted',
      [`old-${id}`]: 'Expired',
    })
  })

  test('goes from page to page and back, and keeps what was asked for', async () => {
    const tokens = db.make()
    const id = newUser()
    for (let n = 0; n < 120; n++) await tokens.outstand({ jti: `${id}-${n}`, sub: id, exp: inSeconds(DAY) })
    const browser = (await adminApp(tokens)).browser()
    const link = (html: string, rel: string) =>
      new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll('&amp;', '&')
    const pages: string[][] = []
    let answer = await browser.get(search('user', id))
    expect(textOf(answer.html)).toContain('120 tokens')
    while (true) {
      pages.push(jtisOn(answer) as string[])
      const next = link(answer.html, 'next')
      if (next === undefined) break
      answer = await browser.get(new URL(next, browser.base).href)
    }
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 20])
    expect(new Set(pages.flat()).size).toBe(120)
    const back = await browser.get(new URL(String(link(answer.html, 'prev')), browser.base).href)
    expect(jtisOn(back)).toEqual(pages[1])
    const jti = pages[1]?.[0] as string
    const cursor = new URL(String(link(answer.html, 'prev')), browser.base).search
    const { headers } = await browser.submit(`/outstanding/blacklist${cursor}`, { one: jti })
    expect(headers.get('location')).toBe(`/admin/tokens/outstanding${cursor}`)
    for (const odd of ['x', 'e30', '%00', 'a'.repeat(2000)]) {
      const { status, html } = await browser.get(`${search('user', id)}&cursor=${odd}`)
      expect([odd, status, textOf(html)]).toMatchObject([odd, 400, expect.stringContaining('No such page')])
    }
  })

  test('blacklists one, by its own button, whatever is checked', async () => {
    const tokens = db.make()
    const userId = newUser()
    const { sid, access } = await chainOf(tokens, userId, 0)
    const { access: spared } = await tokens.obtainPair({ id: newUser() })
    const told = heard(tokens, 'blacklisted')
    const browser = (await adminApp(tokens)).browser()
    const answer = await browser.submit('/outstanding/blacklist?filter=sessions', { one: sid, jti: [`${sid}.1`] })
    expect(answer.headers.get('location')).toBe('/admin/tokens/outstanding?filter=sessions')
    expect(flashOf(await browser.follow(answer))).toBe('Blacklisted one token.')
    await expect(tokens.verify(String(access[0]))).rejects.toMatchObject(REFUSED)
    await tokens.verify(spared)
    expect(told).toEqual([{ userId, sid, jti: sid, sessionEnded: true }])
  })

  test('blacklists a token that Django issued, which is no session though it has the form of one', async () => {
    const tokens = db.make({ djangoTables: true, storeTokens: true })
    const jti = newChain()
    await tokens.outstand(signed({ jti, sub: undefined }))
    const told = heard(tokens, 'blacklisted')
    const browser = (await adminApp(tokens)).browser()
    const page = await browser.follow(await browser.submit('/outstanding/blacklist', { one: jti }))
    expect(flashOf(page)).toBe('Blacklisted one token.')
    expect(await tokens.isBlacklisted({ jti })).toBe(true)
    expect(told).toEqual([{ userId: null, sid: null, jti, sessionEnded: false }])
  })

  test('blacklists the selected: a refresh token with its session, one of no session alone', async () => {
    const tokens = db.make()
    const id = newUser()
    const { sid, access, refresh } = await chainOf(tokens, id, 2)
    await tokens.outstand({ jti: `app-${id}`, sub: id, exp: inSeconds(3600) })
    const browser = (await adminApp(tokens)).browser()
    // The oldest, which was exchanged long ago.
    const answer = await browser.submit('/outstanding/blacklist', { jti: [`${sid}.1`, `app-${id}`] })
    expect(flashOf(await browser.follow(answer))).toBe('Blacklisted 2 tokens.')
    for (const token of [...access, refresh[2]]) await expect(tokens.verify(String(token))).rejects.toMatchObject(REFUSED)
    await expect(tokens.refresh(String(refresh[2]))).rejects.toMatchObject(REFUSED)
    expect(await tokens.isBlacklisted({ jti: `app-${id}` })).toBe(true)
  })

  test('of a form that has grown stale, nothing goes wrong', async () => {
    const tokens = db.make()
    const id = newUser()
    const { sid } = await chainOf(tokens, id, 0)
    const browser = (await adminApp(tokens)).browser()
    const say = async (fields: Record<string, string | string[]>) =>
      flashOf(await browser.follow(await browser.submit('/outstanding/blacklist', fields)))
    expect(await say({ one: `${sid}.1` })).toBe('Blacklisted one token.')
    expect(await say({ one: `${sid}.1` })).toBe('Blacklisted one token.')
    expect(await say({ one: `flushed-${id}` })).toMatch(/^There is nothing to blacklist any more: one token/)
    expect(await say({ jti: [sid, `flushed-${id}`] })).toBe('Blacklisted one token.')
    expect(await say({})).toBe('No token was selected.')
    expect(await say({ jti: ['x'.repeat(300), 'a\0b', ' '] })).toBe('No token was selected.')
  })

  test('blacklists all of a user, after a question', async () => {
    const tokens = db.make()
    const id = newUser()
    const { access } = await chainOf(tokens, id, 0)
    await tokens.outstand({ jti: `app-${id}`, sub: id, exp: inSeconds(3600) })
    const { access: spared } = await tokens.obtainPair({ id: newUser() })
    const told = heard(tokens, 'userBlacklisted')
    const browser = (await adminApp(tokens, { describeUser: () => new Map([[id, 'Alice Liddell']]) })).browser()
    expect((await browser.get(search('user', id))).html).toContain(`/outstanding/user?id=${id}`)
    const question = textOf((await browser.get(`/outstanding/user?id=${id}`)).html)
    expect(question).toContain(`This logs Alice Liddell (user id ${id}) out everywhere`)
    expect(question).toContain('Active right now: 3 tokens.')
    await tokens.verify(String(access[0]))
    const page = await browser.follow(await browser.submit('/outstanding/user', { id }))
    expect(flashOf(page)).toBe('All tokens of the user are blacklisted, 3 of them just now.')
    expect(rowsIn(page)).toHaveLength(3)
    await expect(tokens.verify(String(access[0]))).rejects.toMatchObject(REFUSED)
    await tokens.verify(spared)
    expect(told).toEqual([{ userId: id, except: null, count: 3 }])
    for (const nothingNew of [id, 'Alice Liddell']) {
      const again = await browser.follow(await browser.submit('/outstanding/user', { id: nothingNew }))
      expect(flashOf(again)).toMatch(/^Nothing was blacklisted: .* Is it the id, not the name/)
    }
    expect(textOf((await browser.get(search('user', 'Alice Liddell'))).html)).toContain(
      'Users are found by their id, not by name.',
    )
    for (const odd of ['', ' ', 'x'.repeat(300)]) {
      expect((await browser.submit('/outstanding/user', { id: odd })).status).toBe(400)
      expect((await browser.get(`/outstanding/user?${new URLSearchParams({ id: odd })}`)).status).toBe(400)
    }
  })
})
