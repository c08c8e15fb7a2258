import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../support/command'
import { blocks, read } from '../support/documents'
import { type LinkedApp, makeLinkedApp, ROOT } from '../support/linked-app'

/** What the guide says that an app has; and jwks-rsa, as far as the guide uses it. */
const SURROUNDINGS = `
import type { Express } from 'express'
import type { PassportStatic } from 'passport'
import type { TokenBlacklist } from 'passport-jwt-blacklist'
import type { Model, ModelStatic, Sequelize } from 'sequelize'
declare global {
  const app: Express
  const passport: PassportStatic
  const sequelize: Sequelize
  const tokens: TokenBlacklist
  const User: ModelStatic<Model>
}
export {}
`
const JWKS = `declare module 'jwks-rsa' {
  export function passportJwtSecret(options: { jwksUri: string; cache?: boolean }): import('passport-jwt').SecretOrKeyProvider
}`

const TSCONFIG = {
  compilerOptions: { module: 'node20', target: 'es2023', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] },
  include: ['*.ts', '*.mts'],
}

let app: LinkedApp
beforeAll(() => {
  app = makeLinkedApp(['@types', 'express', 'jsonwebtoken', 'passport', 'passport-jwt', 'sequelize'])
})
afterAll(() => app.remove())

test('the programs of the guides and the reference compile', async () => {
  const programs = [
    'docs/guide.md',
    'docs/reference.md',
    'docs/from-simple-jwt.md',
    'docs/sessions.md',
    'docs/operations.md',
  ].flatMap((file) => blocks(read(file), 'ts'))
  expect(programs.length).toBeGreaterThan(6)
  app.write('surroundings.ts', SURROUNDINGS)
  app.write('jwks-rsa.d.ts', JWKS)
  app.write('tsconfig.json', JSON.stringify(TSCONFIG))
  for (const [index, program] of programs.entries()) app.write(`program-${index + 1}.mts`, `${program}\nexport {}\n`)
  const { status, stdout } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: app.folder })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
