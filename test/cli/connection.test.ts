import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/blacklist'
import { cli, cliJson } from '../support/cli'
import { DIALECTS } from '../support/databases'
import { useFolder } from '../support/folder'

const SECRET = 'hidden-password'

describe('the command line', () => {
  const folder = useFolder()
  const db = useDatabase('sqlite')
  const status = (...args: string[]) => cliJson(['status', ...args], { cwd: folder.path })
  const here = () => ({ dialect: 'sqlite', storage: db.database.url.slice('sqlite:'.length) })
  const text = (value: unknown) => JSON.stringify(value)

  const MODULE = '{ "type": "module" }'
  test.each<[string, Record<string, (entry: string) => string>, string]>([
    ['config/config.json', { 'config/config.json': (entry) => `{ "development": ${entry} }` }, 'config/config.json, development'],
    ['config/config.js', { 'config/config.js': (entry) => `exports.development = ${entry}` }, 'config/config.js, development'],
    [
      'config/config.js before config/config.json',
      {
        'config/config.js': (entry) => `exports.development = ${entry}`,
        'config/config.json': () => '{ "development": { "dialect": "x" } }',
      },
      'config/config.js, development',
    ],
    [
      'config/config.js of an app of type module',
      { 'package.json': () => MODULE, 'config/config.js': (entry) => `export default { development: ${entry} }` },
      'config/config.js, development',
    ],
    [
      'config/config.cjs with an async function',
      {
        'package.json': () => MODULE,
        'config/config.cjs': (entry) => `module.exports = async () => ({ development: ${entry} })`,
      },
      'config/config.cjs, development',
    ],
    [
      'config/config.mjs with a promise',
      { 'config/config.mjs': (entry) => `export default Promise.resolve({ development: ${entry} })` },
      'config/config.mjs, development',
    ],
    [
      'a function with a callback',
      { 'config/config.js': (entry) => `module.exports = (done) => done(null, { development: ${entry} })` },
      'config/config.js, development',
    ],
    [
      'what a compiler makes of an ES module',
      { 'config/config.js': (entry) => `exports.__esModule = true; exports.default = { development: ${entry} }` },
      'config/config.js, development',
    ],
    ['an object without environments', { 'config/config.json': (entry) => entry }, 'config/config.json, development'],
    [
      'the file and the environment that .sequelizerc names',
      {
        '.sequelizerc': () => "module.exports = { config: require('node:path').resolve('db', 'settings.js'), env: 'staging' }",
        'db/settings.js': (entry) => `exports.staging = ${entry}`,
      },
      'db/settings.js, staging',
    ],
    [
      '.sequelizerc with another option of its own',
      {
        '.sequelizerc': () => "exports['models-path'] = 'models'",
        'config/config.json': (entry) => `{ "development": ${entry} }`,
      },
      'config/config.json, development',
    ],
  ])('finds the database by %s', async (_case, files, source) => {
    for (const [file, make] of Object.entries(files)) folder.write(file, make(text(here())))
    expect(await status()).toMatchObject({ status: 0, answer: { database: `sqlite ${here().storage}`, source } })
  })

  test('takes the environment of NODE_ENV', async () => {
    folder.write('config/config.json', text({ development: { dialect: 'none' }, production: here() }))
    const { answer } = await cliJson(['status'], { cwd: folder.path, env: { NODE_ENV: 'production' } })
    expect(answer).toMatchObject({ source: 'config/config.json, production' })
  })

  test.each(['url', 'use_env_variable'])('takes the URL of an entry by %s', async (key) => {
    const { url } = db.database
    folder.write('config/config.json', text({ development: { [key]: key === 'url' ? url : 'APP_DATABASE' } }))
    const { answer } = await cliJson(['status'], { cwd: folder.path, env: { APP_DATABASE: url } })
    expect(answer).toMatchObject({ database: `sqlite ${here().storage}`, source: 'config/config.json, development' })
  })

  test('takes the URL of .sequelizerc', async () => {
    folder.write('.sequelizerc', `exports.url = ${text(db.database.url)}`)
    expect((await status()).answer).toMatchObject({ database: `sqlite ${here().storage}`, source: '.sequelizerc' })
  })

  test('prefers --url to DATABASE_URL, and this to the configuration', async () => {
    folder.write('config/config.json', text({ development: { dialect: 'none' } }))
    const env = { DATABASE_URL: db.database.url }
    expect((await cliJson(['status'], { cwd: folder.path, env })).answer.source).toBe('DATABASE_URL')
    const other = { DATABASE_URL: 'sqlite:./none.sqlite' }
    const args = ['status', '--url', db.database.url]
    expect((await cliJson(args, { cwd: folder.path, env: other })).answer.source).toBe('--url')
  })

  test('takes from the configuration what else it says of the database in DATABASE_URL', async () => {
    const env = { DATABASE_URL: db.database.url }
    const source = async (config: string) => {
      folder.write('config/config.json', config)
      return (await cliJson(['status'], { cwd: folder.path, env })).answer.source
    }
    const entry = { use_env_variable: 'DATABASE_URL', migrationStorage: 'json' }
    expect(await source(text({ development: { ...entry, use_env_variable: 'OTHER' } }))).toBe('DATABASE_URL')
    expect(await source('{')).toBe('DATABASE_URL')
    expect(await source(text({ development: entry }))).toBe('config/config.json, development')
    folder.write('migrations/20200101000000-create-outstanding-tokens.js', '')
    const { answer } = await cliJson(['doctor'], { cwd: folder.path, env })
    expect(answer.findings).toContainEqual({
      check: 'migrations',
      state: 'skipped',
      message: 'sequelize-cli keeps no table of those that were run',
      advice: null,
    })
  })

  const invalid = { 'config/config.json': `{ "development": { "password": "${SECRET}" ` }
  test.each<[string, Record<string, string>, string, RegExp]>([
    [
      'nothing',
      {},
      'ERR_CLI_NO_DATABASE',
      /--url.*DATABASE_URL.*\n.*Looked for: \.sequelizerc, config\/config\.js, config\/config\.json/,
    ],
    [
      'a file that is not there',
      { '.sequelizerc': "exports.config = 'db.js'" },
      'ERR_CLI_NO_DATABASE',
      /Looked for: db\.js \(named by \.sequelizerc\)/,
    ],
    [
      'a .sequelizerc with an error of its own',
      { '.sequelizerc': `throw new Error('no vault at https://user:${SECRET}@vault')` },
      'ERR_CLI_CONFIG',
      /^\.sequelizerc could not be read: no vault at \(a URL\)$/,
    ],
    [
      'a .sequelizerc without options',
      { '.sequelizerc': 'module.exports = null' },
      'ERR_CLI_CONFIG',
      /^\.sequelizerc must export/,
    ],
    [
      'no such environment',
      { 'config/config.json': `{ "production": { "password": "${SECRET}" } }` },
      'ERR_CLI_CONFIG',
      /no environment development, only production; NODE_ENV/,
    ],
    ['a broken .sequelizerc', { '.sequelizerc': 'module.exports = {' }, 'ERR_CLI_CONFIG', /^\.sequelizerc could not be read: /],
    ['no JSON', invalid, 'ERR_CLI_CONFIG', /config\/config\.json could not be read: it is no JSON/],
    [
      'an error of its own',
      { 'config/config.js': "throw new Error('no vault')" },
      'ERR_CLI_CONFIG',
      /could not be read: no vault/,
    ],
    ['a number', { 'config/config.js': 'module.exports = 5' }, 'ERR_CLI_CONFIG', /must export an object/],
    [
      'no variable',
      { 'config/config.json': '{ "use_env_variable": "APP_DATABASE" }' },
      'ERR_CLI_CONFIG',
      /APP_DATABASE, which is not set/,
    ],
    [
      'another dialect',
      { 'config/config.json': '{ "dialect": "mssql" }' },
      'ERR_CLI_CONFIG',
      /mysql \(for MariaDB too\), postgres or sqlite; it has mssql/,
    ],
    [
      'no database',
      { 'config/config.json': '{ "dialect": "sqlite" }' },
      'ERR_CLI_NO_DATABASE',
      /in memory.*sqlite:\.\/app\.sqlite/,
    ],
  ])('says what is wrong with a configuration that has %s', async (_case, files, code, message) => {
    for (const [file, content] of Object.entries(files)) folder.write(file, content)
    const { status: ended, answer } = await status()
    expect({ ended, code: answer.error.code }).toEqual({ ended: 1, code })
    expect(answer.error.message).toMatch(message)
    const told = await cli(['status'], { cwd: folder.path })
    expect(told).toEqual({ status: 1, stdout: '', stderr: `${answer.error.message}\n` })
    expect(told.stderr).not.toContain(SECRET)
  })

  test.each([
    ['of no scheme', `${SECRET}@host/app`],
    ['that Node dislikes', `mysql://user:${SECRET}@127.0.0.1:port/app`],
    ['whose password is not encoded', `mysql://user:${SECRET}%@127.0.0.1:1/app`],
    ['with a slash in its password', `mysql://user:${SECRET}/@127.0.0.1:1/app`],
    ['with a hash in its password', `postgres://user:${SECRET}#1@127.0.0.1:1/app`],
    ['with a question mark in its password', `mysql://user:x?${SECRET}@127.0.0.1:1/app`],
    ['with an at sign and a slash in its password', `mysql://user:1@2/${SECRET}@127.0.0.1:1/app`],
  ])('never shows the password of a URL %s', async (_case, url) => {
    for (const args of [['status'], ['doctor'], ['doctor', '--json'], ['flush', '--json'], ['blacklist', 'x']]) {
      const { status: ended, stdout, stderr } = await cli([...args, '--url', url], { cwd: folder.path })
      expect(ended).toBe(1)
      expect(stdout + stderr).not.toContain(SECRET)
    }
  })

  test('takes an at sign where a URL may have one', async () => {
    const url = 'postgres://app:a%40b@127.0.0.1:1/app?application_name=a@b'
    const { answer } = await cliJson(['status', '--url', url], { cwd: folder.path })
    expect(answer.error.code).toBe('ERR_BLACKLIST_UNAVAILABLE')
  })

  test('says which driver is missing', async () => {
    folder.write(
      'hide.cjs',
      "const Module = require('node:module'); const { _load } = Module\nModule._load = (name, ...rest) => { if (name === 'mysql2') throw Object.assign(new Error(name), { code: 'MODULE_NOT_FOUND' }); return _load(name, ...rest) }",
    )
    const env = { NODE_OPTIONS: '--require ./hide.cjs' }
    const { answer } = await cliJson(['status', '--url', 'mysql://127.0.0.1/app'], { cwd: folder.path, env })
    expect(answer.error).toEqual({ code: 'ERR_CLI_NO_DRIVER', message: 'The driver is not installed here: npm install mysql2' })
  })
})

describe.each(DIALECTS)('the command line on %s', (dialect) => {
  const folder = useFolder()
  const db = useDatabase(dialect)

  test('connects by the parts of an entry, and does not show them all', async () => {
    const { hostname, port, username, pathname } = new URL(db.database.url)
    const server = { host: hostname, port: Number(port), username, password: null, database: pathname.slice(1) }
    const place = dialect === 'sqlite' ? { storage: pathname } : server
    folder.write('config/config.json', JSON.stringify({ development: { dialect, ...place, logging: true } }))
    const { status, answer } = await cliJson(['status'], { cwd: folder.path })
    expect({ status, ...answer }).toMatchObject({
      status: 0,
      database: dialect === 'sqlite' ? `sqlite ${pathname}` : `${dialect} ${server.database} at ${hostname}:${port}`,
    })
  })
})
