import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sequelize } from 'sequelize'

/** A database server of the test's own, which it may kill. */
export interface OwnServer {
  url: string
  /** As a power failure does. */
  kill(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

const POSTGRES = '/usr/lib/postgresql'

/** Why there can be no server of this kind here; undefined where there can. */
export function missingServer(dialect: 'mysql' | 'postgres'): string | undefined {
  if (dialect === 'mysql') return onPath('mariadbd') && onPath('mariadb-install-db') ? undefined : 'mariadbd is not installed'
  return existsSync(POSTGRES) ? undefined : 'the programs of PostgreSQL are not installed'
}

/** @param options of the server's program */
export async function makeServer(dialect: 'mysql' | 'postgres', options: string[] = []): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'pjb-server-'))
  const port = await freePort()
  const { url, command } = dialect === 'mysql' ? prepareMariadb(folder, port) : preparePostgres(folder, port)
  let child: ChildProcess | undefined
  const server: OwnServer = {
    url,
    async kill() {
      const gone = new Promise((resolve) => child?.once('exit', resolve))
      child?.kill('SIGKILL')
      await gone
    },
    async start() {
      child = spawn(command[0] as string, [...command.slice(1), ...options], { stdio: 'ignore' })
      await untilItAnswers(url)
    },
    async remove() {
      await server.kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await server.start()
  return server
}

function prepareMariadb(folder: string, port: number) {
  const data = join(folder, 'data')
  // At its start, MariaDB deletes the temporary tables that it finds, those of another server too.
  const common = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${folder}`, ...(isRoot() ? ['--user=root'] : [])]
  execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    stdio: 'ignore',
  })
  const own = [
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
  ]
  return { url: `mysql://root@127.0.0.1:${port}/mysql`, command: ['mariadbd', ...common, ...own] }
}

/** PostgreSQL refuses to run as root. */
function preparePostgres(folder: string, port: number) {
  const programs = join(POSTGRES, readdirSync(POSTGRES).sort().at(-1) as string, 'bin')
  const data = join(folder, 'data')
  chmodSync(folder, 0o755)
  const become = isRoot() ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : []
  if (isRoot()) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), Number(execFileSync('id', ['-g', 'postgres'])))
  const init = [...become, join(programs, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust', '--no-sync']
  execFileSync(init[0] as string, init.slice(1), { stdio: 'ignore' })
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    command: [...become, join(programs, 'postgres'), '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
  }
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const sequelize = new Sequelize(url, { logging: false })
    try {
      await sequelize.authenticate()
      return
    } catch (error) {
      if (attempt === 300) throw error
      await sleep(100)
    } finally {
      await sequelize.close()
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
