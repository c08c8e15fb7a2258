import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { TokenBlacklist } from 'passport-jwt-blacklist'
import { Sequelize } from 'sequelize'
import { createApp } from './app.mjs'

const HOST = '127.0.0.1'
const EXAMPLES =
  'DATABASE_URL may be mysql://user:password@127.0.0.1:3306/demo, postgres://… or sqlite:./demo.sqlite. Unset, it is a SQLite file.'

/** What `npm start` cannot do, in words for whoever typed it. */
export class CannotStart extends Error {}

/**
 * Opens the database, migrates it and serves the app.
 * @throws CannotStart
 */
export async function serve({ url, port }) {
  const { sequelize, tokens } = connect(url)
  const server = createServer(createApp(tokens))
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await tokens.close()
    await sequelize.close()
  }
  try {
    await prepare(sequelize, url)
    await listen(server, port)
  } catch (error) {
    await close()
    throw error
  }
  return { base: `http://${HOST}:${server.address().port}`, tokens, close }
}

function connect(url) {
  try {
    const sequelize = new Sequelize(url, { logging: false })
    if (sequelize.getDialect() === 'sqlite' && !sequelize.options.storage) throw new Error('it names no file')
    // Tokens of an earlier run are refused where there is no JWT_SECRET; a real app must have one.
    const signingKey = process.env.JWT_SECRET || randomBytes(48)
    return { sequelize, tokens: new TokenBlacklist({ sequelize, signingKey }) }
  } catch (error) {
    throw new CannotStart(`DATABASE_URL or JWT_SECRET cannot be used: ${error.message}\n${EXAMPLES}`)
  }
}

async function prepare(sequelize, url) {
  try {
    // SQLite's readers and its one writer then do not wait for each other. The file keeps the setting.
    if (sequelize.getDialect() === 'sqlite') await sequelize.query('PRAGMA journal_mode=WAL')
    else await sequelize.authenticate()
  } catch (error) {
    throw new CannotStart(`The database ${shown(url)} cannot be used: ${error.message || error.name}
Is the server running? Is the database there? This makes it: npx sequelize db:create
${EXAMPLES}`)
  }
  const env = { ...process.env, DATABASE_URL: url }
  const { status } = spawnSync(process.execPath, ['node_modules/sequelize-cli/lib/sequelize', 'db:migrate'], {
    env,
    stdio: 'inherit',
  })
  if (status !== 0) throw new CannotStart(`The tables could not be made in ${shown(url)}; the reason is above.`)
}

async function listen(server, port) {
  try {
    server.listen(port, HOST)
    await once(server, 'listening')
  } catch (error) {
    const reason = error.code === 'EADDRINUSE' ? `Port ${port} of ${HOST} is in use.` : `PORT cannot be used: ${error.message}`
    throw new CannotStart(`${reason}\nChoose another port: PORT=3001 npm start`)
  }
}

/** Without the password. */
function shown(url) {
  return url.replace(/\/\/[^@/]*@/, '//')
}
