import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { output } from '../support/command'
import { createDatabase, DIALECTS, type TestDatabase } from '../support/databases'

/** The commands work on what is compiled. */
const ROOT = resolve(__dirname, '../..')

describe.each(DIALECTS)('sequelize-cli in this repository on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase(dialect)
  })
  afterAll(() => database.drop())

  const sequelize = (command: string) =>
    output(process.execPath, ['node_modules/.bin/sequelize', command], { cwd: ROOT, env: { DATABASE_URL: database.url } })
  const tables = async () => {
    const names: unknown[] = await database.connect().getQueryInterface().showAllTables()
    // SQLite counts its own.
    return names
      .map(String)
      .filter((name) => !name.startsWith('sqlite_'))
      .sort()
  }
  const select = async (sql: string) => (await database.connect().query(sql))[0].map((row) => Object.values(row as object)[0])

  test('db:migrate makes the tables, once', async () => {
    await sequelize('db:migrate')
    expect(await tables()).toEqual(['SequelizeMeta', 'blacklisted_tokens', 'outstanding_tokens'])
    expect(await sequelize('db:migrate')).toContain('No migrations were executed')
  })

  test('db:seed:all adds tokens of every kind', async () => {
    await sequelize('db:seed:all')
    const expired = 'expires_at < CURRENT_TIMESTAMP'
    const jtis = (condition: string) =>
      select(
        `SELECT o.jti FROM outstanding_tokens o LEFT JOIN blacklisted_tokens b ON b.token_id = o.id WHERE ${condition} ORDER BY 1`,
      )
    expect(await jtis(`b.id IS NULL AND NOT ${expired}`)).toEqual(['sample-active'])
    expect(await jtis(`b.id IS NOT NULL AND NOT ${expired}`)).toEqual(['sample-blacklisted'])
    expect(await jtis(`b.id IS NULL AND ${expired}`)).toEqual(['sample-expired'])
    expect(await jtis(`b.id IS NOT NULL AND ${expired}`)).toEqual(['sample-expired-blacklisted'])
  })

  test('db:seed:undo:all takes away what it added, and nothing else', async () => {
    await database
      .connect()
      .query("INSERT INTO outstanding_tokens (jti, user_id, expires_at) VALUES ('not-a-sample', 'alice', '2030-01-01')")
    await sequelize('db:seed:undo:all')
    expect(await select('SELECT jti FROM outstanding_tokens')).toEqual(['not-a-sample'])
    expect(await select('SELECT id FROM blacklisted_tokens')).toEqual([])
  })

  test('db:migrate:undo:all takes the tables away, and they can be made again', async () => {
    await sequelize('db:migrate:undo:all')
    expect(await tables()).toEqual(['SequelizeMeta'])
    await sequelize('db:migrate')
    expect(await tables()).toContain('outstanding_tokens')
  })
})

describe('sequelize-cli in this repository without DATABASE_URL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pjb-clone-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('works on a SQLite file in the folder', async () => {
    copyFileSync(join(ROOT, '.sequelizerc'), join(folder, '.sequelizerc'))
    for (const name of ['dist', 'scripts', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name))
    await output('npx', ['sequelize', 'db:migrate'], { cwd: folder })
    expect(existsSync(join(folder, 'database.sqlite'))).toBe(true)
    await output('npx', ['sequelize', 'db:seed:all'], { cwd: folder })
    const relative = { cwd: folder, env: { DATABASE_URL: 'sqlite:database.sqlite' } }
    expect(await output('npx', ['sequelize', 'db:migrate:status'], relative)).not.toMatch(/^down/m)
  })
})
