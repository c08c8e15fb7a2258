import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DIALECTS } from '../support/databases'
import type { Server } from './conversation'

export const SIGNING_KEY = 'one key for Django and Node, of more than thirty-two bytes'

const ROOT = resolve(__dirname, '../..')
const DJANGO = resolve(ROOT, 'test/django')
/** Debian's packages belong to Debian's Python. */
const PYTHON = process.env.TEST_PYTHON ?? '/usr/bin/python3'

export interface RunningServer extends Server {
  stop(): Promise<void>
}

/**
 * Whether Django can be run here. Where it cannot, says what is left out and why.
 * @throws Error where it cannot, and `REQUIRE_DJANGO=1` says that it must
 */
export function hasDjango(what: string): boolean {
  const why = DIALECTS.includes('mysql') ? missingDjango() : 'it needs MariaDB or MySQL'
  if (!why) return true
  if (process.env.REQUIRE_DJANGO === '1') throw new Error(`REQUIRE_DJANGO is set, but ${why}`)
  console.log(`Left out: ${what}, since ${why}.`)
  return false
}

function missingDjango(): string | undefined {
  const { status, error } = spawnSync(PYTHON, ['-c', 'import django, rest_framework_simplejwt, MySQLdb'])
  if (status === 0) return undefined
  return `${PYTHON} has no Django, Simple JWT and mysqlclient (${error?.message ?? 'see .ci/run for their packages'})`
}

/** `settings`: ROTATE, BLACKLIST, ACCESS, SLIDING, as the example takes them too. */
export async function startExample(databaseUrl: string, settings: Record<string, string> = {}): Promise<RunningServer> {
  const port = await freePort()
  const env = { ...process.env, ...settings, PORT: String(port), DATABASE_URL: databaseUrl, SIGNING_KEY }
  return running(spawn(process.execPath, ['examples/simple-jwt/server.mjs'], { cwd: ROOT, env, stdio: 'pipe' }), port)
}

export function migrateDjango(databaseUrl: string): void {
  manage(databaseUrl, ['migrate'])
  const users = `
from django.contrib.auth.models import User
User.objects.create_user('alice', password='wonderland')
User.objects.create_user('inactive', password='wonderland', is_active=False)`
  manage(databaseUrl, ['shell', '-c', users])
}

export function manage(databaseUrl: string, args: string[]): string {
  return execFileSync(PYTHON, ['manage.py', ...args], { cwd: DJANGO, env: djangoEnv(databaseUrl), encoding: 'utf8' })
}

export async function startDjango(databaseUrl: string, settings: Record<string, string> = {}): Promise<RunningServer> {
  const port = await freePort()
  const args = ['manage.py', 'runserver', '--noreload', `127.0.0.1:${port}`]
  const env = { ...djangoEnv(databaseUrl), ...settings }
  return running(spawn(PYTHON, args, { cwd: DJANGO, env, stdio: 'pipe' }), port)
}

function djangoEnv(databaseUrl: string) {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  const database = { DB_HOST: hostname, DB_PORT: port, DB_USER: username, DB_PASSWORD: password, DB_NAME: pathname.slice(1) }
  return { ...process.env, ...database, SIGNING_KEY, PYTHONDONTWRITEBYTECODE: '1' }
}

async function running(child: ChildProcess, port: number): Promise<RunningServer> {
  const base = `http://127.0.0.1:${port}`
  let output = ''
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  for (let attempt = 0; ; attempt++) {
    const answered = await fetch(`${base}/me/`).then(
      () => true,
      () => false,
    )
    if (answered) break
    if (attempt === 300 || child.exitCode !== null) throw new Error(`The server did not start:\n${output}`)
    await sleep(100)
  }
  return {
    base,
    signingKey: SIGNING_KEY,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
