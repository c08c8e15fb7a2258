// `npm start`: the demo, from a fresh clone on. `npm start -- --walk` plays its walk-through and checks it.
import { fileURLToPath } from 'node:url'
import { isBuilt } from './lib/built.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { runNode } from './lib/run.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
ensureInstalled()
if (!isBuilt()) runNode(['scripts/build.mjs'])
// Only now is there what it imports.
const { main } = await import('../examples/demo/main.mjs')
await main(process.argv.slice(2))
