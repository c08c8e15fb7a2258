import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Options, Sequelize } from 'sequelize'

export type DialectName = 'sqlite' | 'mysql' | 'postgres'

const ALL: DialectName[] = ['sqlite', 'mysql', 'postgres']

/** The servers, with an account that may create databases. */
export const ADMIN_URLS = {
  mysql: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306',
  postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432',
}

/** The dialects to test on: `TEST_DIALECTS=sqlite,mysql,postgres`; SQLite where it is not set. */
export const DIALECTS = ALL.filter((name) => (process.env.TEST_DIALECTS ?? 'sqlite').split(',').includes(name))
export const SERVER_DIALECTS = DIALECTS.filter((name) => name !== 'sqlite')

/** An empty database of its own, which two runs cannot share. */
export interface TestDatabase {
  dialect: DialectName
  url: string
  /** Another instance on the same database; all are closed with it. */
  connect(options?: Options): Sequelize
  drop(): Promise<void>
}

export async function createDatabase(dialect: DialectName): Promise<TestDatabase> {
  const place = dialect === 'sqlite' ? sqlitePlace() : await serverPlace(dialect)
  const open: Sequelize[] = []
  return {
    dialect,
    url: place.url,
    connect(options = {}) {
      const sequelize = new Sequelize(place.url, { logging: false, ...options })
      open.push(sequelize)
      return sequelize
    },
    async drop() {
      for (const sequelize of open) await sequelize.close().catch(() => {})
      await place.drop()
    },
  }
}

function sqlitePlace() {
  const folder = mkdtempSync(join(tmpdir(), 'pjb-'))
  return { url: `sqlite:${join(folder, 'test.sqlite')}`, drop: async () => rmSync(folder, { recursive: true, force: true }) }
}

async function serverPlace(dialect: 'mysql' | 'postgres') {
  const name = `pjb_test_${randomBytes(6).toString('hex')}`
  const admin = async (sql: string) => {
    const sequelize = new Sequelize(ADMIN_URLS[dialect], { logging: false })
    await sequelize.query(sql)
    await sequelize.close()
  }
  await admin(`CREATE DATABASE ${name}`)
  const url = new URL(ADMIN_URLS[dialect])
  url.pathname = `/${name}`
  const force = dialect === 'postgres' ? ' WITH (FORCE)' : ''
  return { url: String(url), drop: () => admin(`DROP DATABASE ${name}${force}`) }
}
