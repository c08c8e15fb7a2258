import { describe, expect, test } from 'vitest'
import { output } from '../support/command'
import { usePackedPackage } from '../support/packed'

/** The values among the names of the package; types are not there when it runs. */
const NAMES = [
  'BlacklistConflictError',
  'BlacklistUnavailableError',
  'JwtBlacklistStrategy',
  'KeyUnavailableError',
  'TokenBlacklist',
  'TokenError',
  'TokenUser',
  'simpleJwt',
]

const PROGRAM = `
import { createServer, type IncomingMessage } from 'node:http'
import { Passport } from 'passport'
import { ExtractJwt } from 'passport-jwt'
import { JwtBlacklistStrategy, TokenBlacklist, TokenError, type RefreshedPair } from 'passport-jwt-blacklist'
import { adminRoutes, type AdminOptions } from 'passport-jwt-blacklist/admin'
import { Sequelize } from 'sequelize'

const tokens = new TokenBlacklist({ sequelize: new Sequelize('sqlite::memory:'), signingKey: 'secret' })
const passport = new Passport()
passport.use(
  new JwtBlacklistStrategy(
    { blacklist: tokens, jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() },
    (claims, done) => done(null, { id: claims.sub }),
  ),
)
export const pair: Promise<RefreshedPair> = tokens.refresh('token')
export const expiry: Promise<Date | undefined> = tokens.models.OutstandingToken.findOne().then((row) => row?.expiresAt)
export const code = (error: unknown) => error instanceof TokenError && error.code === 'ERR_TOKEN_BLACKLISTED'
const options: AdminOptions = { authorize: (req: IncomingMessage & { staff?: string }) => req.staff, describeUser: (ids) => ({ [ids[0] ?? '']: 'Alice' }) }
createServer((req, res) => adminRoutes(tokens, options)(req, res, () => res.end()))
// @ts-expect-error it is required
adminRoutes(tokens, {})
// @ts-expect-error an option that is not one
new TokenBlacklist({ sequelize: new Sequelize('sqlite::memory:'), signingKey: 'secret', flushSchedul: false })
// @ts-expect-error a code that is not one
export const wrong = (error: TokenError) => error.code === 'ERR_TOKEN_BLACKLISTD'
`

/** What is there before and after the package is loaded, but for what Node itself keeps. */
const LOOK = `const look = () => JSON.stringify([
  Object.getOwnPropertyNames(globalThis), process.eventNames(), process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
])`

describe('the packed package', () => {
  const packed = usePackedPackage()

  test('contains what is to be published, and nothing else', () => {
    const code = /^dist\/(lib|models|migrations)\/[\w/-]+\.(js|d\.ts)$/
    expect(packed.files.filter((file) => !code.test(file)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/lib/admin/admin.css',
      'package.json',
    ])
    expect(packed.files).toContain('dist/lib/index.d.ts')
    expect(packed.files.filter((file) => file.startsWith('dist/migrations/') && file.endsWith('.js'))).toHaveLength(2)
  })

  test('is clean by publint', async () => {
    await output('npx', ['publint', '--strict', packed.tarball])
  })

  test('resolves to the right types, by attw', async () => {
    await output('npx', ['attw', packed.tarball])
  })

  test('is loaded by require, which runs nothing', async () => {
    const script = `${LOOK}; const before = look(); const all = require('passport-jwt-blacklist')
      if (look() !== before) console.log(before, look()); console.log(Object.keys(all).sort().join())`
    expect(await packed.makeApp('commonjs').node(['-e', script])).toEqual({ status: 0, stdout: `${NAMES}\n`, stderr: '' })
  })

  test('is loaded by import, by each of its names', async () => {
    const script = `import { ${NAMES} } from 'passport-jwt-blacklist'; console.log([${NAMES}].map((value) => typeof value).join())`
    const stdout = `${NAMES.map((name) => (name === 'simpleJwt' ? 'object' : 'function'))}\n`
    const app = packed.makeApp('module')
    expect(await app.node(['--input-type=module', '-e', script])).toEqual({ status: 0, stdout, stderr: '' })
  })

  test.each([
    ['commonjs', ['-e', "console.log(Object.keys(require('passport-jwt-blacklist/admin')).join())"]],
    [
      'module',
      ['--input-type=module', '-e', "import { adminRoutes } from 'passport-jwt-blacklist/admin'; console.log(adminRoutes.name)"],
    ],
  ] as const)('has its admin in an app of type %s', async (type, args) => {
    expect(await packed.makeApp(type).node([...args])).toEqual({ status: 0, stdout: 'adminRoutes\n', stderr: '' })
  })

  test.each([
    ['commonjs', 'node16'],
    ['commonjs', 'node20'],
    ['module', 'node16'],
    ['module', 'node20'],
  ] as const)('is compiled in an app of type %s, by module %s', async (type, module) => {
    const app = packed.makeApp(type)
    app.write('app.ts', PROGRAM)
    const compile = await app.command([
      'tsc',
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--types',
      'node',
      '--module',
      module,
      'app.ts',
    ])
    expect(compile).toEqual({ status: 0, stdout: '', stderr: '' })
  })
})
