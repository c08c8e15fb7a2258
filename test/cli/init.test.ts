import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cli } from '../support/cli'
import { createDatabase, DIALECTS } from '../support/databases'
import { useFolder } from '../support/folder'
import { type App, usePackedPackage } from '../support/packed'

const stamp = (time: number) => new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14)

/** A migration of the app's own, for a table of that name. */
const ofTheApp = (table: string) => `module.exports = {
  up: (queryInterface, { INTEGER }) => queryInterface.createTable('${table}', { id: { type: INTEGER, primaryKey: true } }),
  down: (queryInterface) => queryInterface.dropTable('${table}'),
}`

async function succeed(app: App, args: string[]): Promise<string> {
  const { status, stdout, stderr } = await app.command(args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const init = (app: App, ...args: string[]) => succeed(app, ['passport-jwt-blacklist', 'init', ...args])

describe('init in an app that installed the package', () => {
  const packed = usePackedPackage()
  const folder = useFolder()

  test('publishes the two migrations, and never twice', async () => {
    const app = packed.makeApp()
    expect(await app.npx(['passport-jwt-blacklist', 'init'])).toMatchObject({ status: 0, stderr: '' })
    const published = app.list('migrations')
    expect(published.map((name) => name.replace(/^\d{14}/, ''))).toEqual([
      '-create-outstanding-tokens.js',
      '-create-blacklisted-tokens.js',
    ])
    expect(await init(app)).toContain(`Already there: migrations/${published[0]}`)
    expect(app.list('migrations')).toEqual(published)
  })

  test('says what it did in JSON', async () => {
    const app = packed.makeApp()
    const { written, ...first } = JSON.parse(await init(app, '--json'))
    expect(written).toHaveLength(2)
    expect(first.existing).toEqual([])
    expect(JSON.parse(await init(app, '--json'))).toEqual({ written: [], existing: written, next: first.next })
  })

  test('refuses other tables than those of what is there, and changes nothing', async () => {
    const app = packed.makeApp()
    await init(app, '--outstanding-tokens', 'issued')
    const published = app.list('migrations')
    const refused = await app.command(['passport-jwt-blacklist', 'init', '--outstanding-tokens', 'others'])
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toMatch(
      /^Already there, and for tables of other names: migrations\/\d+-create-outstanding-tokens\.js, /,
    )
    expect(app.list('migrations')).toEqual(published)
    await init(app, '--outstanding-tokens', 'issued')
    expect(await init(app)).toContain('Already there')
  })

  test('says what sequelize-cli needs next', async () => {
    const app = packed.makeApp()
    expect(await init(app)).toMatch(
      /^Next: npx sequelize db:migrate --url "\$DATABASE_URL" \(.*no \.sequelizerc, config\/config\.js,/m,
    )
    mkdirSync(join(app.folder, 'config'))
    app.write('config/config.json', '{}')
    expect(await init(app)).toMatch(/^Next: npx sequelize db:migrate$/m)
    const { stdout } = await cli(['init'], { cwd: folder.path })
    expect(stdout).toMatch(/^Next: npm install --save-dev sequelize-cli, and then npx sequelize db:migrate --url/m)
  })

  test('publishes .cjs where the app is of type module', async () => {
    const app = packed.makeApp('module')
    await init(app)
    expect(app.list('migrations').map((name) => name.replace(/^.*\./, '.'))).toEqual(['.cjs', '.cjs'])
    await init(app)
    expect(app.list('migrations')).toHaveLength(2)
    const url = ['--url', `sqlite:${join(app.folder, 'app.sqlite')}`]
    expect((await app.npx(['sequelize', 'db:migrate', ...url])).stdout).toMatch(/blacklisted-tokens: migrated/)
    expect((await app.npx(['sequelize', 'db:migrate:undo', ...url])).stdout).toMatch(/blacklisted-tokens: reverted/)
  })

  test.each(['migrations-path', 'migrationsPath'])('publishes into the folder that .sequelizerc names by %s', async (key) => {
    const app = packed.makeApp()
    app.write('.sequelizerc', `module.exports = { '${key}': 'database/steps' }`)
    await init(app)
    expect(app.list('database/steps')).toHaveLength(2)
    expect(app.list('.')).not.toContain('migrations')
    const url = ['--url', `sqlite:${join(app.folder, 'app.sqlite')}`]
    expect(await succeed(app, ['sequelize', 'db:migrate', ...url])).toMatch(/blacklisted-tokens: migrated/)
  })

  test('publishes into the folder that it is given', async () => {
    const app = packed.makeApp()
    app.write('.sequelizerc', "module.exports = { 'migrations-path': 'elsewhere' }")
    expect(await init(app, '--migrations-path', 'here')).toMatch(/Written: here\/\d+-create/)
    expect(app.list('here')).toHaveLength(2)
  })

  test("puts the app's table names in them, whatever these are", async () => {
    const app = packed.makeApp()
    const database = await createDatabase('sqlite')
    await init(app, '--outstanding-tokens', 'issued', '--blacklisted-tokens', "the revoked's")
    expect(readFileSync(join(app.folder, 'migrations', app.list('migrations')[0] as string), 'utf8')).toContain("'issued',")
    await succeed(app, ['sequelize', 'db:migrate', '--url', database.url])
    const tables: unknown[] = await database.connect().getQueryInterface().showAllTables()
    expect(tables).toEqual(expect.arrayContaining(['issued', "the revoked's"]))
    await database.drop()
  })

  test('refuses an empty table name', async () => {
    const app = packed.makeApp()
    expect(await app.command(['passport-jwt-blacklist', 'init', '--blacklisted-tokens', ''])).toMatchObject({ status: 1 })
    expect(app.list('.')).not.toContain('migrations')
  })

  describe.each(DIALECTS)('and then on %s', (dialect) => {
    test("the app's own db:migrate and db:migrate:undo work, among migrations of the app's own", async () => {
      const database = await createDatabase(dialect)
      const app = packed.makeApp()
      const sequelize = (command: string) => succeed(app, ['sequelize', command, '--url', database.url])
      const tables = async () => {
        const names: unknown[] = await database.connect().getQueryInterface().showAllTables()
        return names
          .map(String)
          .filter((name) => !/^sqlite_|^SequelizeMeta$/.test(name))
          .sort()
      }
      try {
        mkdirSync(join(app.folder, 'migrations'))
        app.write(`migrations/${stamp(Date.now() - 60_000)}-create-users.js`, ofTheApp('users'))
        await sequelize('db:migrate')
        await init(app)
        await sequelize('db:migrate')
        expect(await tables()).toEqual(['blacklisted_tokens', 'outstanding_tokens', 'users'])
        expect(await sequelize('db:migrate')).toContain('No migrations were executed')

        app.write(`migrations/${stamp(Date.now() + 60_000)}-create-posts.js`, ofTheApp('posts'))
        await sequelize('db:migrate')
        await sequelize('db:migrate:undo')
        expect(await tables()).toEqual(['blacklisted_tokens', 'outstanding_tokens', 'users'])
        await sequelize('db:migrate:undo')
        expect(await tables()).toEqual(['outstanding_tokens', 'users'])
        await sequelize('db:migrate:undo')
        expect(await tables()).toEqual(['users'])
        await sequelize('db:migrate')
        await sequelize('db:migrate:undo:all')
        expect(await tables()).toEqual([])
      } finally {
        await database.drop()
      }
    })
  })
})
