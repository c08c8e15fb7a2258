#!/usr/bin/env node
import { Command } from 'commander'
import { flushCommand } from './flush'
import { initCommand } from './init'

const program = new Command('passport-jwt-blacklist')
  .description('The tables of passport-jwt-blacklist: publish their migrations, flush what has expired.')
  .addCommand(initCommand())
  .addCommand(flushCommand())

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
