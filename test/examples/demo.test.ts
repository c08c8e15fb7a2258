import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../support/command'
import { createDatabase, DIALECTS, type TestDatabase } from '../support/databases'
import { start } from '../support/running'

const ROOT = resolve(__dirname, '../..')
const START = 'scripts/start.mjs'
/** In the order of the walk's steps. */
const STATUSES = '401 401 200 200 200 200 200 200 200 401 401 400 200 200 401 401 401 401'
const ENCODED = /eyJ[\w-]+\.[\w-]+\.[\w-]+/

/** A Node program of this repository, to its end. */
async function runNode(args: string[], env: Record<string, string>) {
  const { status, stdout, stderr } = await run(process.execPath, args, { cwd: ROOT, env })
  return { status, output: stdout + stderr }
}

const statusesIn = (output: string) => [...output.matchAll(/^← (\d+)/gm)].map(([, status]) => status).join(' ')

describe.each(DIALECTS)('npm start -- --walk on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase(dialect)
  })
  afterAll(() => database.drop())

  test('finds everything as promised, again and again on one database, and shows no token', async () => {
    for (const _run of [1, 2]) {
      const { status, output } = await runNode([START, '--walk'], { DATABASE_URL: database.url })
      expect(output).toContain('All 15 steps were as promised.')
      expect(statusesIn(output)).toBe(STATUSES)
      expect(output).toContain('Deleted 1 expired token.')
      expect(output).not.toMatch(ENCODED)
      expect(status).toBe(0)
    }
  })

  test('ends with 1 where revoked tokens are accepted', async () => {
    const { status, output } = await runNode(['test/support/children/forgetful-demo.mjs'], { DATABASE_URL: database.url })
    expect(output).toMatch(/10\. The access token is refused at once\.\n→ GET \/me .*\n← 200 .*\n✗ Promised was the status 401\./)
    expect(output).not.toContain('11.')
    expect(status).toBe(1)
  })
})

describe('npm start', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase('sqlite')
  })
  afterAll(() => database.drop())

  test('serves a walk-through that works when pasted, until Ctrl-C', async () => {
    const env = { DATABASE_URL: database.url, PORT: '0' }
    const demo = start(process.execPath, [START], { cwd: ROOT, env })
    try {
      const [, paste] = await demo.says(/^(cd '[\s\S]*? flush)\n/m)
      const { status, stdout, stderr } = await run('bash', ['-c', paste as string])
      expect(status, stderr).toBe(0)
      expect([...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => code)).toEqual(['200', '200', '401', '401'])
      expect(stdout).toContain('{"id":"1","username":"alice"}')
      expect(stdout).toContain('Deleted 0 expired tokens.')
    } finally {
      expect(await demo.end('SIGINT')).toBe(0)
    }
  })

  test('says that the port is in use, and how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const port = String((server.address() as AddressInfo).port)
    const { status, output } = await runNode([START], { DATABASE_URL: database.url, PORT: port })
    server.close()
    expect(output).toContain(`Port ${port} of 127.0.0.1 is in use.`)
    expect(output).toContain('PORT=3001 npm start')
    expect(status).toBe(1)
  })

  test.each([
    ['mysql://root:looking-glass@127.0.0.1:1/demo', 'mysql://127.0.0.1:1/demo'],
    ['postgres://root:looking-glass@127.0.0.1:1/demo', 'postgres://127.0.0.1:1/demo'],
    ['sqlite::memory:', 'it names no file'],
    ['demo', 'DATABASE_URL may be'],
  ])('says that the database %s cannot be used, without its password', async (url, said) => {
    const { status, output } = await runNode([START], { DATABASE_URL: url })
    expect(output).toContain(said)
    expect(output).not.toContain('looking-glass')
    expect(status).toBe(1)
  })

  test('says what it does not understand', async () => {
    const { status, output } = await runNode([START, '--wlak'], { DATABASE_URL: database.url })
    expect(output).toContain('npm start -- --walk')
    expect(status).toBe(1)
  })
})
