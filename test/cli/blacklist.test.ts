import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/blacklist'
import { cli, cliJson } from '../support/cli'
import { DIALECTS } from '../support/databases'
import { rowsOf } from '../support/rows'
import { DAY, inSeconds } from '../support/seconds'

const HISTORY = expect.stringContaining("shell's history")

describe.each(DIALECTS)('blacklist on %s', (dialect) => {
  const db = useDatabase(dialect)
  const blacklist = (args: string[], input?: string) => cliJson(['blacklist', '--url', db.database.url, ...args], { input })
  const login = async (user: string) => {
    const tokens = db.make()
    const { access, refresh } = await tokens.obtainPair({ id: user })
    return { tokens, access, refresh, claims: jwt.decode(refresh) as { jti: string; sid: string; exp: number } }
  }
  const REFUSED = { code: 'ERR_TOKEN_BLACKLISTED' }

  test('ends the session of a refresh token that is read from standard input', async () => {
    const { tokens, access, refresh, claims } = await login('alice')
    const rotated = await tokens.refresh(refresh)
    const { status, answer } = await blacklist(['-'], `Bearer ${refresh}\n`)
    expect({ status, answer }).toMatchObject({
      status: 0,
      answer: {
        jti: claims.jti,
        userId: 'alice',
        kind: 'refresh',
        recorded: true,
        already: false,
        session: claims.sid,
        warnings: [],
      },
    })
    for (const token of [access, refresh, rotated.access, rotated.refresh as string]) {
      await expect(tokens.verify(token)).rejects.toMatchObject(REFUSED)
    }
    expect((await blacklist(['-'], refresh)).answer).toMatchObject({ already: true, session: claims.sid })
  })

  test('ends a session by its id, and by the jti of any of its refresh tokens', async () => {
    for (const by of ['sid', 'jti'] as const) {
      const { tokens, access, claims } = await login('bob')
      const { answer } = await blacklist([claims[by]])
      expect(answer).toMatchObject({
        kind: by === 'sid' ? 'session' : 'refresh',
        recorded: true,
        session: claims.sid,
        warnings: [],
      })
      await expect(tokens.verify(access)).rejects.toMatchObject(REFUSED)
    }
  })

  test('ends an access token alone, and says that its session goes on', async () => {
    const { tokens, access, refresh, claims } = await login('carol')
    const { answer } = await blacklist([access])
    expect(answer).toMatchObject({ kind: 'other', recorded: false, session: null, userId: 'carol' })
    expect(answer.warnings).toEqual([HISTORY, expect.stringContaining(`blacklist ${claims.sid}`)])
    await expect(tokens.verify(access)).rejects.toMatchObject(REFUSED)
    await tokens.verify(refresh)
  })

  test("ends all of a user's, and says how many rows these were", async () => {
    const first = await login('dave')
    const second = await login('dave')
    const other = await login('Dave')
    expect(await blacklist(['--user', 'dave'])).toEqual({ status: 0, answer: { userId: 'dave', blacklisted: 4 } })
    for (const { tokens, access } of [first, second]) await expect(tokens.verify(access)).rejects.toMatchObject(REFUSED)
    await other.tokens.verify(other.access)
    expect((await blacklist(['--user', 'dave'])).answer.blacklisted).toBe(0)
  })

  test('blacklists an unknown jti until --expires', async () => {
    const { answer } = await blacklist(['unknown', '--expires', '2040-02-03'])
    expect(answer).toMatchObject({ recorded: false, expiresAt: '2040-02-03T00:00:00.000Z' })
    expect(answer.warnings).toEqual([expect.stringContaining('mistyped')])
    expect(await db.make().isBlacklisted({ jti: 'unknown' })).toBe(true)
    const env = { TZ: 'America/New_York' }
    for (const [when, moment] of [
      ['2040-02-03T12:00', '2040-02-03T12:00:00.000Z'],
      ['2040-02-03 13:00:30', '2040-02-03T13:00:30.000Z'],
      ['2040-02-03T12:00+02:00', '2040-02-03T10:00:00.000Z'],
    ] as const) {
      const all = ['blacklist', `at ${when}`, '--expires', when, '--url', db.database.url]
      expect((await cliJson(all, { env })).answer.expiresAt).toBe(moment)
    }
    const { answer: longer } = await blacklist(['unknown', '--expires', '9000d'])
    expect(Date.parse(longer.expiresAt)).toBeGreaterThan(Date.now() + 8999 * DAY * 1000)
    expect((await blacklist(['unknown', '--expires', '1d'])).answer.expiresAt).toBe(longer.expiresAt)
  })

  test('blacklists an unknown jti for as long as tokens live here at the longest', async () => {
    const tokens = db.make()
    const lasts = async (jti: string) => Date.parse((await blacklist([jti])).answer.expiresAt) / 1000 - inSeconds(0)
    await tokens.models.BlacklistedToken.destroy({ where: {} })
    await tokens.models.OutstandingToken.destroy({ where: {} })
    expect(await lasts('by default')).toBeGreaterThan(DAY)
    expect(await lasts('by default too')).toBeLessThan(1.1 * DAY)
    await tokens.outstand({ jti: 'long', iat: inSeconds(-10 * DAY), exp: inSeconds(20 * DAY) })
    expect(await lasts('as they show')).toBeGreaterThan(30 * DAY - 60)
    const { stdout, stderr } = await cli(['blacklist', '--url', db.database.url, 'told'])
    expect(stdout).toBe('Blacklisted: the token told.\n')
    expect(stderr).toMatch(/It is blacklisted until .*, for (29|30) days: .* repeat this with --expires/)
  })

  test('takes a token without exp, of whose session nothing is recorded, and ends that', async () => {
    const sid = 'ab'.repeat(16)
    const encoded = jwt.sign({ jti: 'no exp', sid, sub: 'eve', token_type: 'refresh' }, 'another key', { noTimestamp: true })
    const { answer } = await blacklist(['-'], encoded)
    expect(answer).toMatchObject({ jti: 'no exp', session: sid, userId: 'eve' })
    expect(await db.make().isBlacklisted({ jti: 'its access token', sid })).toBe(true)
  })

  test('a token that has expired is none that the flush has forgotten', async () => {
    const encoded = jwt.sign({ jti: 'long gone', exp: inSeconds(-400 * DAY) }, 'another key')
    const { answer } = await blacklist(['-'], encoded)
    expect(answer.warnings).toEqual([expect.stringMatching(/^By itself it expired on /)])
    expect(Math.abs(Date.parse(answer.expiresAt) / 1000 - inSeconds(0))).toBeLessThan(60)
  })

  test('takes a token without jti by its digest, and by another claim that it is told', async () => {
    const encoded = jwt.sign({ id: 'by id', sub: 'frank' }, 'another key', { expiresIn: DAY })
    const { answer } = await blacklist(['-'], encoded)
    expect(answer.jti).toMatch(/^sha256:/)
    expect(answer.warnings).toEqual([expect.stringContaining('--jti-claim')])
    expect((await blacklist(['-', '--jti-claim', 'id'], encoded)).answer).toMatchObject({ jti: 'by id', warnings: [] })
    expect((await rowsOf(db.make(), 'by id')).blacklisted).toHaveLength(1)
  })
})

describe('blacklist', () => {
  const db = useDatabase('sqlite')
  const TOKEN = jwt.sign({ jti: 'secret', sub: '1' }, 'another key', { expiresIn: DAY })

  test.each<[string, string[], string | undefined, string]>([
    ['neither a token nor a user', [], undefined, 'ERR_CLI_USAGE'],
    ['both', ['some', '--user', '1'], undefined, 'ERR_CLI_USAGE'],
    ['an empty standard input', ['-'], ' \n', 'ERR_CLI_USAGE'],
    ['a jti with a space at its end', ['some '.repeat(80)], undefined, 'ERR_CLI_USAGE'],
    ['half a token', [TOKEN.slice(0, 90)], undefined, 'ERR_CLI_BAD_TOKEN'],
    ['a token with something behind it', ['-'], `${TOKEN}.x`, 'ERR_CLI_BAD_TOKEN'],
    ['a token in quotes', ['-'], `"${TOKEN}"`, 'ERR_CLI_BAD_TOKEN'],
    ['a token in an answer', ['-'], JSON.stringify({ access: TOKEN }), 'ERR_CLI_BAD_TOKEN'],
    ['a token for a user', ['--user', TOKEN], undefined, 'ERR_CLI_BAD_TOKEN'],
    ['two tokens', [TOKEN, TOKEN], undefined, 'ERR_CLI_USAGE'],
    ['a date that is none', ['some', '--expires', '2030-02-45'], undefined, 'ERR_CLI_USAGE'],
    ['a day that no month has', ['some', '--expires', '2030-02-31'], undefined, 'ERR_CLI_USAGE'],
    ['a date that is over', ['some', '--expires', '2020-01-01'], undefined, 'ERR_CLI_USAGE'],
    ['a user without id', ['--user', ''], undefined, 'ERR_CLI_USAGE'],
  ])('refuses %s, and never shows a token', async (_case, args, input, code) => {
    const all = ['blacklist', '--url', db.database.url, ...args]
    const { status, answer } = await cliJson(all, { input })
    expect({ status, code: answer.error.code }).toEqual({ status: 1, code })
    const told = await cli(all, { input })
    expect(told).toMatchObject({ status: 1, stdout: '' })
    expect(told.stderr + answer.error.message).not.toContain(TOKEN.slice(0, 60))
    expect(await db.make().models.OutstandingToken.count()).toBe(0)
  })

  test('shows what steers a terminal as text, and names a session as a shell takes it', async () => {
    const jti = 'a\x1b]0;title\x07\nBlacklisted: the token b.'
    const encoded = jwt.sign({ jti, sub: 'c\x9bd\u202ee', sid: "x'; touch it #" }, 'another key', { expiresIn: DAY })
    const args = ['blacklist', '--url', db.database.url, '-']
    const { stdout, stderr } = await cli(args, { input: encoded })
    const shown = 'a\\u{1b}]0;title\\u{7}\\u{a}Blacklisted: the token b.'
    expect(stdout).toBe(`Blacklisted: the token ${shown} of user c\\u{9b}d\\u{202e}e.\n`)
    expect(stderr).toContain("To end that: blacklist 'x'\\''; touch it #'\n")
    const json = await cli([...args, '--json'], { input: encoded })
    expect(json.stdout).toMatch(/^[^\p{Cc}]*\n$/u)
    expect(JSON.parse(json.stdout)).toMatchObject({ jti, userId: 'c\x9bd\u202ee' })
  })

  test('shows no token where one is given as a command', async () => {
    const { stderr } = await cli([TOKEN])
    expect(stderr).toContain("unknown command '(a token)'")
  })

  test('shows no token where one is given on the command line, and says where it is now', async () => {
    const { status, stdout, stderr } = await cli(['blacklist', '--url', db.database.url, TOKEN])
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Blacklisted: the token secret of user 1.\n' })
    expect(stderr).toContain("shell's history")
    expect(stderr).not.toContain(TOKEN.slice(0, 30))
  })
})
