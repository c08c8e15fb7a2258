import type { Sequelize } from 'sequelize'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { cli, cliJson } from '../support/cli'
import { createDatabase, DIALECTS, type TestDatabase } from '../support/databases'
import { useFolder } from '../support/folder'
import { migrate } from '../support/migrate'

interface Finding {
  check: string
  state: string
  message: string
  advice: string | null
}

const wrongOnes = (findings: Finding[]) => findings.filter(({ state }) => state === 'wrong')

describe.each(DIALECTS)('doctor on %s', (dialect) => {
  const folder = useFolder()
  const databases: TestDatabase[] = []
  let database: TestDatabase
  let sequelize: Sequelize
  beforeEach(async () => {
    database = await createDatabase(dialect)
    databases.push(database)
    sequelize = database.connect()
  })
  afterAll(async () => {
    for (const { drop } of databases) await drop()
  })
  const doctor = (args: string[] = [], env = {}) =>
    cliJson(['doctor', ...args], { cwd: folder.path, env: { DATABASE_URL: database.url, ...env } })
  /** The one thing that is wrong. */
  const diagnosis = async (args: string[] = [], env = {}) => {
    const { status, answer } = await doctor(args, env)
    const wrong = wrongOnes(answer.findings)
    expect({ status, ok: answer.ok, checks: wrong.map(({ check }) => check) }).toEqual({
      status: 1,
      ok: false,
      checks: [wrong[0]?.check],
    })
    return wrong[0] as Finding
  }

  test('finds nothing wrong with what the migrations made', async () => {
    await migrate(sequelize)
    const { status, answer } = await doctor(['--signing-key-env', 'KEY'], { KEY: 'kHo5ZgjNTsR0C3Uw9tFqYxv1D7bLmAeQ' })
    expect({ status, ok: answer.ok }).toEqual({ status: 0, ok: true })
    expect(answer.findings.map(({ check, state }: Finding) => `${check} ${state}`)).toEqual([
      'database ok',
      'tables ok',
      'indexes ok',
      'collation ok',
      'migrations skipped',
      'clock ok',
      'flush ok',
      'key ok',
    ])
    const { stdout, stderr } = await cli(['doctor', '--url', database.url], { cwd: folder.path })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^ok {7}clock {7}this machine's and the database's agree$/m)
  })

  test('finds a table that is missing', async () => {
    await migrate(sequelize)
    await sequelize.query('DROP TABLE blacklisted_tokens')
    expect(await diagnosis()).toMatchObject({
      check: 'tables',
      message: expect.stringMatching(/no table .blacklisted_tokens.$/),
      advice: expect.stringContaining('npx sequelize db:migrate'),
    })
    expect(await diagnosis(['--outstanding-tokens', 'others'])).toMatchObject({
      message: expect.stringMatching(/others.*blacklisted/),
    })
  })

  test('finds a column that is missing', async () => {
    await migrate(sequelize)
    await sequelize.query('ALTER TABLE outstanding_tokens DROP COLUMN token')
    expect(await diagnosis()).toMatchObject({
      check: 'tables',
      message: expect.stringMatching(/no column .outstanding_tokens.\.token/),
    })
  })

  test('finds indexes that are missing, and says how to make them', async () => {
    await sequelize.query(
      'CREATE TABLE outstanding_tokens (id BIGINT PRIMARY KEY, user_id VARCHAR(255), jti VARCHAR(255) NOT NULL, token TEXT, created_at TIMESTAMP NULL, expires_at TIMESTAMP NULL)' +
        (dialect === 'mysql' ? ' COLLATE utf8mb4_bin' : ''),
    )
    await sequelize.query(
      'CREATE TABLE blacklisted_tokens (id BIGINT PRIMARY KEY, token_id BIGINT, blacklisted_at TIMESTAMP NULL)',
    )
    await sequelize.query('CREATE INDEX plain ON outstanding_tokens (jti)')
    await sequelize.query('CREATE INDEX other ON outstanding_tokens (jti, user_id)')
    const { check, message, advice } = await diagnosis()
    expect(check).toBe('indexes')
    expect(message.split('; ')).toHaveLength(4)
    for (const statement of (advice as string).split(/(?<=;) /)) await sequelize.query(statement)
    expect((await doctor()).answer.ok).toBe(true)
  })

  test('does not miss the index that Django does without', async () => {
    await migrate(sequelize)
    const on = dialect === 'mysql' ? ' ON outstanding_tokens' : ''
    await sequelize.query(`DROP INDEX outstanding_tokens_expires_at${on}`)
    expect(await diagnosis()).toMatchObject({
      check: 'indexes',
      message: expect.stringMatching(/^no index on .*\(expires_at\): [^;]*$/),
    })
    expect((await doctor(['--django-tables'])).answer.ok).toBe(true)
  })

  test('finds a collation that takes one jti for another, and says how to mend it', async () => {
    await migrate(sequelize)
    const spoil = {
      mysql: ['ALTER TABLE outstanding_tokens MODIFY jti VARCHAR(255) COLLATE utf8mb4_general_ci NOT NULL'],
      postgres: [
        "CREATE COLLATION whatever (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        'ALTER TABLE outstanding_tokens ALTER COLUMN jti TYPE VARCHAR(255) COLLATE whatever',
      ],
      sqlite: [
        'DROP TABLE outstanding_tokens',
        'CREATE TABLE outstanding_tokens (id INTEGER PRIMARY KEY, user_id TEXT, jti TEXT UNIQUE COLLATE NOCASE, token TEXT, created_at TEXT, expires_at TEXT)',
        'CREATE INDEX a ON outstanding_tokens (user_id)',
        'CREATE INDEX b ON outstanding_tokens (expires_at)',
      ],
    }
    for (const sql of spoil[dialect]) await sequelize.query(sql)
    const { check, message, advice } = await diagnosis()
    expect({ check, message }).toEqual({
      check: 'collation',
      message: expect.stringMatching(/has (utf8mb4_general_ci|whatever|NOCASE),/),
    })
    const { answer } = await doctor(['--django-tables'])
    expect(answer.findings.find((finding: Finding) => finding.check === 'collation')).toMatchObject({ state: 'skipped' })
    if (dialect !== 'mysql') return
    await sequelize.query(advice as string)
    expect((await doctor()).answer.ok).toBe(true)
  })

  test('finds a migration that was published and not run', async () => {
    await cli(['init'], { cwd: folder.path })
    folder.write('migrations/20200101000000-of-the-app.js', 'exports.up = () => {}')
    await migrate(sequelize)
    const before = await diagnosis()
    expect(before).toMatchObject({ check: 'migrations', advice: 'Run them: npx sequelize db:migrate' })
    const files = [...before.message.matchAll(/\d+-create-(?:outstanding|blacklisted)-tokens\.js/g)].map(([file]) => file)
    expect(files).toHaveLength(2)
    const meta = dialect === 'mysql' ? '`SequelizeMeta`' : '"SequelizeMeta"'
    await sequelize.query(`CREATE TABLE ${meta} (name VARCHAR(255) PRIMARY KEY)`)
    await sequelize.query(`INSERT INTO ${meta} VALUES ('${files[0]}')`)
    expect((await diagnosis()).message).toBe(`not run yet: migrations/${files[1]}`)
    await sequelize.query(`INSERT INTO ${meta} VALUES ('${files[1]}')`)
    expect((await doctor()).answer.ok).toBe(true)
  })

  test.runIf(dialect === 'postgres')('looks for the migrations in the schema that the configuration names', async () => {
    await cli(['init'], { cwd: folder.path })
    await migrate(sequelize)
    const entry = { url: database.url, migrationStorageTableName: 'run', migrationStorageTableSchema: 'tools' }
    folder.write('config/config.json', JSON.stringify({ development: entry }))
    await sequelize.query('CREATE SCHEMA tools')
    await sequelize.query('CREATE TABLE tools.run (name VARCHAR(255) PRIMARY KEY)')
    const configured = () => cliJson(['doctor'], { cwd: folder.path })
    const findings = async () => (await configured()).answer.findings as { check: string; state: string; message: string }[]
    const pending = (await findings()).find(({ check }) => check === 'migrations')
    for (const [file] of String(pending?.message).matchAll(/\d+-create-[a-z-]+\.js/g))
      await sequelize.query(`INSERT INTO tools.run VALUES ('${file}')`)
    expect((await findings()).find(({ check }) => check === 'migrations')).toMatchObject({ state: 'ok' })
  })

  test("finds a clock that is apart from the database's", async () => {
    await migrate(sequelize)
    folder.write('late.cjs', 'const { now } = Date; Date.now = () => now() - 120_000')
    const env = { NODE_OPTIONS: '--require ./late.cjs' }
    const { check, message } = await diagnosis([], env)
    expect({ check, message }).toEqual({
      check: 'clock',
      message: expect.stringMatching(/^the database's clock is [12] minutes? ahead of this machine's$/),
    })
  })

  test('finds that nothing was flushed for days', async () => {
    await migrate(sequelize)
    await sequelize.query("INSERT INTO outstanding_tokens (jti, expires_at) VALUES ('old', '2026-01-01 00:00:00')")
    const late = await diagnosis()
    expect(late).toMatchObject({ check: 'flush', message: expect.stringMatching(/it is not running: .* for \d+ days/) })
    await cli(['flush', '--url', database.url])
    expect((await doctor()).answer.ok).toBe(true)
  })
})

describe('doctor', () => {
  const folder = useFolder()
  const key = async (KEY: string | undefined, ...args: string[]) => {
    const { status, answer } = await cliJson(['doctor', '--signing-key-env', 'KEY', ...args], { cwd: folder.path, env: { KEY } })
    expect(status).toBe(1)
    return answer.findings.at(-1) as Finding
  }

  test('says that there is no database, and looks at the rest', async () => {
    const { status, answer } = await cliJson(['doctor'], { cwd: folder.path })
    expect({ status, database: answer.database }).toEqual({ status: 1, database: null })
    expect(answer.findings.map(({ check, state }: Finding) => `${check} ${state}`)).toEqual(['database wrong', 'key skipped'])
    expect(answer.findings[0].message).toContain('Looked for')
  })

  test.each(['mysql', 'postgres'])('says that the %s server does not answer', async (dialect) => {
    const { answer } = await cliJson(['doctor', '--url', `${dialect}://u:hidden-password@127.0.0.1:1/app`])
    expect(answer.findings[0]).toMatchObject({
      check: 'database',
      state: 'wrong',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(JSON.stringify(answer)).not.toContain('hidden-password')
  })

  test('shows no key that is given in place of its name', async () => {
    const given = 'kHo5ZgjNTsR0C3Uw9tFqYxv1D7bLmAeQ'
    const { answer } = await cliJson(['doctor', '--signing-key-env', given], { cwd: folder.path })
    expect(answer.findings.at(-1)).toMatchObject({ check: 'key', state: 'wrong', message: expect.stringContaining('not set') })
    expect(JSON.stringify(answer)).not.toContain(given)
  })

  test.each<[string, string | undefined, string[], RegExp]>([
    ['is not there', undefined, [], /KEY is not set/],
    ['is short', 'hidden-key', [], /has 10 bytes, and should have 32/],
    [
      'is short for its algorithm',
      'kHo5ZgjNTsR0C3Uw9tFqYxv1D7bLmAeQ',
      ['--algorithm', 'HS512'],
      /has 32 bytes, and should have 64/,
    ],
    ['repeats itself', 'hidden'.repeat(8), [], /repeats/],
    ['is an example', 'a-string-secret-at-least-256-bits-long', [], /everybody knows/],
    ['is none of its algorithm', 'kHo5ZgjNTsR0C3Uw9tFqYxv1D7bLmAeQ', ['--algorithm', 'ES256'], /cannot be used/],
  ])('finds a key that %s', async (_case, value, args, message) => {
    const finding = await key(value, ...args)
    expect(finding).toMatchObject({ check: 'key', state: 'wrong', message: expect.stringMatching(message) })
    if (value) expect(JSON.stringify(finding)).not.toContain(value)
  })
})
