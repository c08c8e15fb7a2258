import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TokenBlacklist } from '../../lib'
import { defineModels } from '../../models'
import { SECRET, useDatabase } from '../support/blacklist'
import { ADMIN_URLS, createDatabase, DIALECTS, SERVER_DIALECTS, type TestDatabase } from '../support/databases'
import { type App, usePackedPackage } from '../support/packed'

const DAY = 86_400
const now = () => Math.floor(Date.now() / 1000)

describe('flush in an app that installed the package', () => {
  const packed = usePackedPackage()
  let app: App
  beforeAll(() => {
    app = packed.makeApp()
  })
  const flush = (args: string[], env?: Record<string, string>) => app.command(['passport-jwt-blacklist', ...args], env)

  describe.each(DIALECTS)('on %s', (dialect) => {
    const db = useDatabase(dialect)

    test.each(['flush', 'flushexpiredtokens'])('%s deletes what expired more than a day ago', async (command) => {
      const tokens = db.make()
      for (const jti of ['old', 'older', 'oldest']) await tokens.blacklist({ jti, exp: now() - 2 * DAY })
      await tokens.blacklist({ jti: 'yesterday', exp: now() - DAY / 2 })
      await tokens.blacklist({ jti: 'alive', exp: now() + DAY })
      const first = await flush([command, '--batch-size', '2'], { DATABASE_URL: db.database.url })
      expect(first).toEqual({
        status: 0,
        stdout: 'Deleted 3 expired tokens.\n',
        stderr: '2 deleted so far\n3 deleted so far\n',
      })
      const left = await tokens.models.OutstandingToken.findAll({ order: ['jti'], include: 'blacklisted' })
      expect(left.map(({ jti }) => jti)).toEqual(['alive', 'yesterday'])
      for (const { jti } of left) expect(await tokens.isBlacklisted({ jti })).toBe(true)
      expect(await flush([command, '--url', db.database.url])).toEqual({
        status: 0,
        stdout: 'Deleted 0 expired tokens.\n',
        stderr: '',
      })
    })

    test('keeps expired tokens for as long as --margin says', async () => {
      const tokens = db.make()
      await tokens.blacklist({ jti: 'two days', exp: now() - 2 * DAY })
      const url = ['--url', db.database.url]
      expect((await flush(['flush', ...url, '--margin', '3d'])).stdout).toBe('Deleted 0 expired tokens.\n')
      expect((await flush(['flush', ...url, '--margin', `${DAY}`])).stdout).toBe('Deleted 1 expired token.\n')
    })

    test('flushes the tables that it is told', async () => {
      const tableNames = { outstandingTokens: 'issued', blacklistedTokens: 'revoked' }
      const sequelize = db.database.connect()
      defineModels(sequelize, { tableNames })
      await sequelize.sync()
      const tokens = new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false, tableNames })
      await tokens.blacklist({ jti: 'old', exp: now() - 2 * DAY })
      const names = ['--outstanding-tokens', 'issued', '--blacklisted-tokens', 'revoked']
      expect((await flush(['flush', '--url', db.database.url, ...names])).stdout).toBe('Deleted 1 expired token.\n')
    })
  })

  describe.each(DIALECTS)('on %s without the tables', (dialect) => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await createDatabase(dialect)
      await database.connect().query('CREATE TABLE of_the_app (id INTEGER)')
    })
    afterAll(() => database.drop())

    test('fails and says how to make them', async () => {
      const { status, stdout, stderr } = await flush(['flush', '--url', database.url])
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toContain('outstanding_tokens')
      expect(stderr).toContain('npx sequelize db:migrate')
    })
  })

  test.each(SERVER_DIALECTS)('fails where there is no %s server, or no such database', async (dialect) => {
    const dead = await flush(['flush', '--url', `${dialect}://user:hidden-password@127.0.0.1:1/app`])
    expect(dead).toMatchObject({ status: 1, stdout: '' })
    expect(dead.stderr).toContain('ECONNREFUSED')
    expect(dead.stderr).not.toContain('hidden-password')
    const url = new URL(ADMIN_URLS[dialect as 'mysql' | 'postgres'])
    url.pathname = `/pjb_none_${randomBytes(6).toString('hex')}`
    const unknown = await flush(['flush', '--url', String(url)])
    expect(unknown).toMatchObject({ status: 1, stdout: '' })
    expect(unknown.stderr).toContain(url.pathname.slice(1))
  })

  test('fails where there is no such SQLite file, and makes none', async () => {
    const file = join(app.folder, 'none', 'none.sqlite')
    const { status, stdout, stderr } = await flush(['flush', '--url', `sqlite:${file}`])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('unable to open database file')
    expect(existsSync(file)).toBe(false)
  })

  test.each([
    ['no database', [], 'Give --url, or set DATABASE_URL'],
    ['a URL that is none', ['--url', 'hidden-password'], 'must begin with mysql: (for MariaDB too), postgres: or sqlite:'],
    ['no batches', ['--url', 'sqlite:x', '--batch-size', '0'], 'at least 1'],
    ['a margin without sense', ['--url', 'sqlite:x', '--margin', 'long'], '--margin'],
    ['words that are no options', ['everything'], 'too many arguments'],
  ])('fails with %s', async (_case, args, message) => {
    const { status, stdout, stderr } = await flush(['flush', ...args])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('hidden-password')
  })

  test('the command knows its version', async () => {
    expect((await app.npx(['passport-jwt-blacklist', '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
