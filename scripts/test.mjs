// `npm test`: everything, from a fresh clone on. Further arguments go to vitest: `npm test -- test/lib/strategy`.
import { ensureInstalled } from './lib/install.mjs'
import { runNode } from './lib/run.mjs'

ensureInstalled()
const { availableDialects } = await import('./lib/databases.mjs')

const dialects = await availableDialects({ required: process.env.REQUIRE_DATABASES === '1' })
runNode(['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'])
runNode(['node_modules/typescript/bin/tsc', '--noEmit'])
runNode(['scripts/build.mjs'])
runNode(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  env: { ...process.env, TEST_DIALECTS: dialects.join(',') },
})
