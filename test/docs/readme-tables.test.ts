import { Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { resolveOptions, type TokenBlacklistOptions } from '../../lib/options'
import { blocks, read, tableUnder } from '../support/documents'

const README = read('README.md')
const unquoted = (cell: string) => cell.replaceAll('`', '')
const namesIn = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name)

describe("the README's tables", () => {
  const sequelize = new Sequelize('mysql://nowhere')
  afterAll(() => sequelize.close())
  const defaults = resolveOptions({ sequelize })
  const options = tableUnder(README, 'Options of `TokenBlacklist`').map((row) => row.map(unquoted))

  test('name every option', () => {
    const names = options.map(([name]) => name)
    expect(names.sort()).toEqual([...Object.keys(defaults), 'sequelize', 'signingKey', 'verifyingKey'].sort())
  })

  const literals = options.filter(([, text]) => /^('.*'|true|false|\d+)$/.test(text ?? ''))
  test.each(literals)('say the default of %s: %s', (name, text) => {
    const value = JSON.parse((text as string).replaceAll("'", '"'))
    const given = { sequelize, [name as string]: value } as TokenBlacklistOptions
    const own = (settings: object) => (settings as Record<string, unknown>)[name as string]
    expect(own(resolveOptions(given))).toEqual(own(defaults))
  })

  test('say the other defaults', () => {
    const others = options.filter((row) => !literals.includes(row)).map(([name, text]) => [name, text])
    expect(Object.fromEntries(others)).toMatchObject({
      issuer: 'none',
      audience: 'none',
      tableNames: Object.values(defaults.tableNames).join(', '),
      logger: 'console',
      clock: 'Date.now',
    })
    expect(defaults).toMatchObject({ issuer: undefined, audience: undefined, logger: console })
  })

  test("name every option of the strategy's own", () => {
    const [own = ''] = /interface OwnOptions \{.*?^\}/ms.exec(read('lib/strategy/options.ts')) ?? []
    const names = [...own.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name)
    const documented = tableUnder(README, 'Options of `JwtBlacklistStrategy`').flatMap(([name]) => namesIn(name))
    expect(documented.sort()).toEqual(names.filter((name) => name !== 'jwtFromRequest').sort())
  })

  test('name every code', () => {
    const codes = new Set([...read('lib/errors.ts').matchAll(/'(ERR_\w+)'/g)].map(([, code]) => code))
    const documented = tableUnder(README, 'Errors and their codes').flatMap(([code]) => namesIn(code))
    expect(documented.sort()).toEqual([...codes].sort())
  })

  test('have a program of at most 20 lines', () => {
    const [program = ''] = blocks(README, 'js')
    expect(program.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import')).length).toBeLessThanOrEqual(20)
  })
})
