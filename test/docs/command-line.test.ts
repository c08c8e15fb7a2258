import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/blacklist'
import { cli, cliJson } from '../support/cli'
import { blocks, read, tableUnder } from '../support/documents'
import { useFolder } from '../support/folder'

const COMMANDS = ['init', 'flush', 'status', 'blacklist', 'doctor']
const README = read('README.md')
const wordsIn = (text = '') => [...text.matchAll(/[\w-]+/g)].map(([word]) => word)

/** The rows of the second table under a heading. */
function secondTable(markdown: string, heading: string): string[][] {
  const [, section = ''] = markdown.split(`\n## ${heading}\n`)
  const [, , second = ''] = section.split(/^\| ?-[-| ]*\n/m)
  const lines = second.split('\n')
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

describe("the README's command line", () => {
  const rows = secondTable(README, 'Command line')

  test('has every command', () => {
    expect(tableUnder(README, 'Command line').map(([name]) => name)).toEqual(COMMANDS.map((name) => `\`${name}\``))
  })

  test.each(COMMANDS)('has every option of %s, and its default', async (name) => {
    const { stdout } = await cli(['help', name], { env: { COLUMNS: '500' } })
    const options = [...stdout.matchAll(/^ {2}(--[\w-]+(?: <\w+>)?) +(.*)$/gm)]
    const documented = rows.filter(
      ([, of = '']) => of === 'all' || (of === 'all but `init`' ? name !== 'init' : wordsIn(of).includes(name)),
    )
    expect(options.map(([, option]) => option).sort()).toEqual(documented.map(([option]) => option?.replaceAll('`', '')).sort())
    for (const [, option, text = ''] of options) {
      const [, literal] = /\(default: "?([\w.-]+)"?[);]/.exec(text) ?? []
      const [, , said = ''] = documented.find(([cell]) => cell === `\`${option}\``) ?? []
      if (literal) expect([option, said]).toEqual([option, `\`${literal}\``])
    }
  })
})

describe("the reference's JSON", () => {
  const reference = read('docs/reference.md')
  const objects = new Map(
    tableUnder(reference, "The command line's JSON").map(([name = '', object]) => [name.replaceAll('`', ''), wordsIn(object)]),
  )
  const db = useDatabase('sqlite')
  const folder = useFolder()

  test.each([['init'], ['flush'], ['status'], ['doctor'], ['blacklist', 'some'], ['blacklist', '--user', '1']])(
    'is what %s %s answers with',
    async (...args) => {
      const { answer } = await cliJson(args, { cwd: folder.path, env: { DATABASE_URL: db.database.url } })
      expect(Object.keys(answer)).toEqual(objects.get(args.slice(0, 2).join(' ')) ?? objects.get(args[0] as string))
    },
  )

  test('has every code', () => {
    const codes = [
      ...new Set(
        [...`${read('lib/cli/errors.ts')}${read('lib/cli/output.ts')}`.matchAll(/'(ERR_CLI_\w+)'/g)].map(([, code]) => code),
      ),
    ]
    const documented = secondTable(reference, "The command line's JSON").map(([code]) => code?.replaceAll('`', ''))
    expect(documented.filter((code) => code?.startsWith('ERR_CLI')).sort()).toEqual(codes.sort())
  })
})

test('the commands in the operations guide are ones that there are', async () => {
  const lines = blocks(read('docs/operations.md'), 'sh').flatMap((block) => block.trim().split('\n'))
  expect(lines.length).toBeGreaterThan(5)
  for (const line of lines) {
    const [, , name = '', ...args] = line.replace(/ <.*/, '').split(' ')
    const { stdout } = await cli(['help', name])
    for (const option of args.filter((word) => word.startsWith('--'))) expect(stdout).toContain(`  ${option} `)
  }
})
