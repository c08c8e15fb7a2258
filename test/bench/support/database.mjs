import { randomBytes } from 'node:crypto'
import { Sequelize } from 'sequelize'
import createOutstanding from '../../../dist/migrations/20261124000000-create-outstanding-tokens.js'
import createBlacklisted from '../../../dist/migrations/20261124000001-create-blacklisted-tokens.js'

const SERVER = process.env.DATABASE_URL || 'mysql://root@127.0.0.1:3306'

/** Runs the work on a migrated database of its own on the server of `DATABASE_URL`, which is dropped whatever happens. */
export async function withDatabase(work) {
  const name = `pjb_bench_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name}`)
  const url = new URL(SERVER)
  url.pathname = `/${name}`
  const open = []
  const connect = (options = {}) => {
    const sequelize = new Sequelize(String(url), { logging: false, ...options })
    open.push(sequelize)
    return sequelize
  }
  const drop = async () => {
    await Promise.all(open.map((sequelize) => sequelize.close().catch(() => {})))
    await onServer(`DROP DATABASE ${name}${url.protocol.startsWith('postgres') ? ' WITH (FORCE)' : ''}`)
  }
  const interrupted = () => drop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const sequelize = connect()
    for (const { up } of [createOutstanding, createBlacklisted]) await up(sequelize.getQueryInterface(), Sequelize)
    return await work({ sequelize, connect, url: String(url) })
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await drop()
  }
}

/** What the figures were measured on. */
export async function serverVersion() {
  const [{ version }] = await onServer('SELECT version() AS version')
  return SERVER.startsWith('postgres') ? String(version).replace(/ on .*/, '') : `MariaDB or MySQL ${version}`
}

async function onServer(sql) {
  const sequelize = new Sequelize(SERVER, { logging: false })
  try {
    return (await sequelize.query(sql))[0]
  } finally {
    await sequelize.close()
  }
}
