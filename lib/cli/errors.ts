/** The codes of what the command line itself refuses; the library's errors keep theirs. */
export type CliErrorCode =
  | 'ERR_CLI_USAGE'
  | 'ERR_CLI_NO_DATABASE'
  | 'ERR_CLI_CONFIG'
  | 'ERR_CLI_NO_DRIVER'
  | 'ERR_CLI_OTHER_TABLES'
  | 'ERR_CLI_BAD_TOKEN'

/** What the user of the command has to mend; the message says how. */
export class CliError extends Error {
  override readonly name = 'CliError'

  constructor(
    readonly code: CliErrorCode,
    message: string,
  ) {
    super(message)
  }
}
