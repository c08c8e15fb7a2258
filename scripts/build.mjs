import { chmodSync, copyFileSync, renameSync, rmSync } from 'node:fs'
import { runNode } from './lib/run.mjs'

// Aside, so that who uses dist/ meanwhile finds it whole.
const made = `dist.${process.pid}`
runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', made])
copyFileSync('lib/admin/admin.css', `${made}/lib/admin/admin.css`)
chmodSync(`${made}/lib/cli/main.js`, 0o755)
// A file that was renamed must not live on in dist/: sequelize-cli would run the old migration as well.
rmSync('dist', { recursive: true, force: true })
renameSync(made, 'dist')
