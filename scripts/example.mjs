// `npm run example:simple-jwt`: an example, from a fresh clone on.
import { fileURLToPath } from 'node:url'
import { isBuilt } from './lib/built.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { runNode } from './lib/run.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
ensureInstalled()
if (!isBuilt()) runNode(['scripts/build.mjs'])
// Only now is there what it imports.
await import(`../examples/${process.argv[2]}/server.mjs`)
