// `npm run example:simple-jwt`: an example from a fresh clone on.
import { ensureInstalled } from './lib/install.mjs'
import { runNode } from './lib/run.mjs'

ensureInstalled()
runNode(['scripts/build.mjs'])
await import(`../examples/${process.argv[2]}/server.mjs`)
