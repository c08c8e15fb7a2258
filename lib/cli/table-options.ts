import { type Command, InvalidArgumentError } from 'commander'
import { DEFAULT_TABLE_NAMES, type TableNames } from '../options'

/** Adds the options that name the tables, as the app's option `tableNames` does. */
export function withTableOptions(command: Command): Command {
  return command
    .option('--outstanding-tokens <table>', "the outstanding tokens' table", name, DEFAULT_TABLE_NAMES.outstandingTokens)
    .option('--blacklisted-tokens <table>', "the blacklisted tokens' table", name, DEFAULT_TABLE_NAMES.blacklistedTokens)
}

export function tableNamesOf({ outstandingTokens, blacklistedTokens }: TableNames): TableNames {
  return { outstandingTokens, blacklistedTokens }
}

function name(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}
