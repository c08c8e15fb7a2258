#!/usr/bin/env node
import { Command } from 'commander'
import { flushCommand } from './flush'
import { initCommand } from './init'
import { PACKAGE } from './package-name'

const program = new Command(PACKAGE)
  .description('The tables of passport-jwt-blacklist: publish their migrations, flush what has expired.')
  .version((require(`${PACKAGE}/package.json`) as { version: string }).version)
  .addCommand(initCommand())
  .addCommand(flushCommand())

// Until it is known: a process that runs out of things to wait for has not done its work.
process.exitCode = 1
program.parseAsync().then(
  () => {
    process.exitCode = 0
  },
  (error: unknown) => console.error(error instanceof Error ? error.message : error),
)
