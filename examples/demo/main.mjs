// The demo itself. `npm start` (scripts/start.mjs) installs and builds what it needs first.
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { walkThrough } from './paste.mjs'
import { CannotStart, serve } from './server.mjs'
import { playWalk } from './walk.mjs'

const DEFAULT_PORT = 3000
/** The one that sequelize-cli takes in this repository. */
const DEFAULT_DATABASE = 'sqlite:./database.sqlite'

export async function main(args) {
  try {
    process.exitCode = await run(args)
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

async function run(args) {
  const { walk } = optionsOf(args)
  const url = process.env.DATABASE_URL || DEFAULT_DATABASE
  const demo = await serve({ url, port: Number(process.env.PORT || (walk ? 0 : DEFAULT_PORT)) })
  try {
    if (walk) return await playWalk({ ...demo, url })
    console.log(`\nServing on ${demo.base}, a page to begin with. Ctrl-C ends it.`)
    console.log(`The admin is ${demo.base}/admin/tokens: username staff, password cheshire.`)
    console.log('\nOr paste this into another terminal:\n')
    console.log(walkThrough({ base: demo.base, url, folder: process.cwd() }))
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    console.log('Stopped.')
    return 0
  } finally {
    await demo.close()
  }
}

function optionsOf(args) {
  try {
    return parseArgs({ args, options: { walk: { type: 'boolean', default: false } } }).values
  } catch (error) {
    throw new CannotStart(`${error.message}\nUse: npm start, or npm start -- --walk`)
  }
}
