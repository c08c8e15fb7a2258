// `npm run bench [case…] [-- --json] [-- --docs]`: the benchmarks of test/bench, each in a process of its own. Ends with 1 where a floor
// is missed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isBuilt } from './lib/built.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { runNode } from './lib/run.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const CASES = ['check', 'http', 'growth', 'refresh', 'flush', 'admin']
const { names, options } = argumentsOf(process.argv.slice(2))
ensureInstalled()
if (!isBuilt()) runNode(['scripts/build.mjs'])
const { printed, writeDocs } = await import('../test/bench/support/docs.mjs')

const lines = []
for (const name of names) lines.push(...(await linesOf(name)))
if (!options.has('--json')) console.log(printed(lines))
if (options.has('--docs')) await writeDocs(lines)
process.exitCode ||= lines.some(({ met }) => met === false) ? 1 : 0

function argumentsOf(all) {
  const given = all.filter((argument) => !argument.startsWith('--'))
  const options = new Set(all.filter((argument) => argument.startsWith('--')))
  const unknown = [
    ...given.filter((name) => !CASES.includes(name) && name !== 'growth:7'),
    ...[...options].filter((option) => option !== '--json' && option !== '--docs'),
  ]
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(', ')}. Cases: ${CASES.join(', ')}, growth:7 (10^7 rows); options: --json, --docs.`)
    process.exit(2)
  }
  return { names: given.length > 0 ? given : CASES, options }
}

/** What a case measured; its lines of JSON are passed on as they come. */
async function linesOf(name) {
  const [file, ...args] = name.split(':')
  if (!options.has('--json')) console.error(`${name} …`)
  const child = spawn(process.execPath, [`test/bench/cases/${file}.mjs`, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const found = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (options.has('--json')) console.log(line)
    found.push(JSON.parse(line))
  }
  const [status] = await ended
  if (status !== 0) {
    console.error(`${name} failed.`)
    process.exitCode = 2
  }
  return found
}
