// node next-flush.mjs <database URL> <secret>: prints when the first scheduled flush is due, and in what zone the process is.
import { createRequire } from 'node:module'
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'

// The copy that the package loads.
const { getTasks } = createRequire(import.meta.url)('node-cron')
const [url, signingKey] = process.argv.slice(2)
new TokenBlacklist({ sequelize: new Sequelize(url, { logging: false }), signingKey })
const [task] = getTasks().values()
console.log(`${task.getNextRun().toISOString()} in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`)
