import { chmodSync, copyFileSync, rmSync } from 'node:fs'
import { runNode } from './lib/run.mjs'

// A file that was renamed must not live on in dist/: sequelize-cli would run the old migration as well.
rmSync('dist', { recursive: true, force: true })
runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
copyFileSync('lib/admin/admin.css', 'dist/lib/admin/admin.css')
chmodSync('dist/lib/cli/main.js', 0o755)
