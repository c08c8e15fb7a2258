#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { CliError } from './errors'
import { masked } from './masked'
import { answerError, wantsJson } from './output'
import { PACKAGE } from './package-name'

/** Loaded one by one: no command waits for what another one needs. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  init: async () => (await import('./init.js')).initCommand(),
  flush: async () => (await import('./flush.js')).flushCommand(),
  status: async () => (await import('./status.js')).statusCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  blacklist: async () => (await import('./blacklist.js')).blacklistCommand(),
}

const HELP = `
All but init find the database by --url, else by the environment variable
DATABASE_URL, else as sequelize-cli does in this folder: by .sequelizerc,
config/config.js or config/config.json, and NODE_ENV. With --json, standard
output is one line of JSON, also where the command fails.

Examples:
  $ npx passport-jwt-blacklist init
  $ npx passport-jwt-blacklist flush --dry-run
  $ npx passport-jwt-blacklist help flush`

async function run(): Promise<void> {
  const program = new Command(PACKAGE)
    .description('The tables of passport-jwt-blacklist: make them, look after them, and revoke tokens by hand.')
    .version((require(`${PACKAGE}/package.json`) as { version: string }).version)
    .addHelpText('after', HELP)
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ writeErr: (text) => wantsJson() || process.stderr.write(masked(text)) })
    .exitOverride()
  const asked = COMMANDS[process.argv[2] ?? '']
  for (const load of asked ? [asked] : Object.values(COMMANDS)) {
    const command = await load()
    program.addCommand(command.copyInheritedSettings(program).option('--json', 'answer in JSON'))
  }
  await program.parseAsync()
}

// `| head`: who reads no further does not make it fail, or stop a flush half way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

run().catch((error: unknown) => {
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1
  if (!(error instanceof CommanderError)) answerError(error)
  // Commander has told it to people by now.
  else if (error.exitCode !== 0 && wantsJson()) answerError(usageError(error))
})

function usageError({ message }: CommanderError): CliError {
  return new CliError('ERR_CLI_USAGE', masked(message.replace(/^error: /, '')))
}
