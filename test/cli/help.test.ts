import { describe, expect, test } from 'vitest'
import { cli, cliJson, MAIN } from '../support/cli'
import { run } from '../support/command'
import { ROOT } from '../support/linked-app'

const COMMANDS = ['init', 'flush', 'status', 'blacklist', 'doctor']

/** The modules that a program has loaded when it ends. */
async function loadedBy(program: string): Promise<string[]> {
  const script = `process.on('exit', () => console.log('\\nLOADED ' + Object.keys(require.cache).join(' '))); ${program}`
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: ROOT })
  return (/^LOADED (.*)$/m.exec(stdout)?.[1] ?? '').split(' ').map((file) => file.slice(ROOT.length))
}

const command = (...args: string[]) => `process.argv.splice(1, 9, '${[MAIN, ...args].join("', '")}'); require('${MAIN}')`

describe('the help', () => {
  test('may be read in part', async () => {
    // A pipe that nobody reads any more when it writes.
    const pipe = '"$0" "$@" | true; exit "$PIPESTATUS"'
    for (const args of [['--help'], ['init', '--help']]) {
      expect(await run('bash', ['-c', pipe, process.execPath, MAIN, ...args])).toEqual({ status: 0, stdout: '', stderr: '' })
    }
  })

  test('lists every command', async () => {
    const { status, stdout } = await cli(['--help'])
    expect(status).toBe(0)
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
    expect(await cli(['help'])).toEqual({ status: 0, stdout, stderr: '' })
  })

  test.each(COMMANDS)('of %s has its options and examples', async (name) => {
    const { status, stdout } = await cli([name, '--help'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^ {2}--json +answer in JSON$/m)
    expect(stdout).toMatch(new RegExp(`^Examples:\\n {2}\\$ npx passport-jwt-blacklist ${name}`, 'm'))
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  })
})

describe('a mistake', () => {
  test.each([
    [['flsuh'], 'Did you mean flush?'],
    [['flush', '--dry-rum'], 'Did you mean --dry-run?'],
    [['status', '--jsn'], 'Did you mean --json?'],
    [['doctor', '--algorithm', 'none'], 'Allowed choices are HS256'],
  ])('in %j is told with what was meant', async (args, message) => {
    const told = await cli(args)
    expect(told).toMatchObject({ status: 1, stdout: '' })
    expect(told.stderr).toContain(message)
    const { status, answer } = await cliJson(args)
    expect({ status, code: answer.error.code }).toEqual({ status: 1, code: 'ERR_CLI_USAGE' })
    expect(answer.error.message).toContain(message)
  })
})

describe('what is loaded', () => {
  test('by the package has nothing of the command line', async () => {
    const files = await loadedBy("require('passport-jwt-blacklist')")
    expect(files).toContain('/dist/lib/index.js')
    expect(files.filter((file) => /\/lib\/cli\/|\/commander\/|\/cli-progress\//.test(file))).toEqual([])
  })

  test.each([
    ['init', /\/sequelize\/|\/cli-progress\/|\/lib\/store\//],
    ['status', /\/cli-progress\/|\/jsonwebtoken\/|\/node-cron\//],
    ['flush', /\/jsonwebtoken\/|\/node-cron\//],
    ['doctor', /\/cli-progress\/|\/node-cron\//],
  ])('by %s is nothing of the other commands', async (name, others) => {
    const files = await loadedBy(command(name, '--help'))
    expect(files).toContain(`/dist/lib/cli/${name}.js`)
    expect(files.filter((file) => others.test(file))).toEqual([])
  })
})
