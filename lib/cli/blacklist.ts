import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { isStorable } from '../claims'
import { simpleJwt } from '../simple-jwt'
import { TokenBlacklist } from '../token-blacklist'
import type { Connected } from './connect'
import { longestLifetimeSeen } from './lifetime'
import { answer, type ExitStatus, ending, tell } from './output'
import { revoke, sentencesOf } from './revoke'
import { readSubject, type Subject, subjectOf, withoutToken } from './subject'
import { tableNamesOf } from './table-options'
import { type TablesArguments, TIME_LIMIT, withConnection, withTablesOptions } from './tables'
import { moment } from './values'
import { counted, visible } from './words'

interface BlacklistArguments extends TablesArguments {
  user?: string
  expires?: Date
  jtiClaim: string
}

const HELP = `
A refresh token, or the id of a session (the claim sid), ends the session with
all its tokens; any other token ends alone. Nothing is undone by doing it twice.

A token is read for its claims; its signature is not checked, and it need not be
of this app. Give it on standard input, by -: what is on the command line stays
in the shell's history. A jti that begins with a dash goes behind --.

A jti that is not recorded here is blacklisted until --expires; without it, for
as long as tokens live here at the longest, by what is recorded, and for a day
at least. Then the flush forgets it: give --expires where that is too soon.

Examples:
  $ npx passport-jwt-blacklist blacklist 0d6ab1bb-4c0e-4b0a-9f3b-1f1c3c1f5a11
  $ npx passport-jwt-blacklist blacklist - <token.txt
  $ npx passport-jwt-blacklist blacklist some-jti --expires 30d
  $ npx passport-jwt-blacklist blacklist --user 42`

const SHOWN =
  "The token was on the command line: it is in the shell's history, and was in the list of processes. Next time, give - and standard input."

export function blacklistCommand(): Command {
  const command = new Command('blacklist')
    .description("Blacklist a token or a session, or all of a user's.")
    .argument('[jti|token|-]', 'what to blacklist; -: it is read from standard input')
    .option('--user <id>', "all of this user's tokens and sessions instead")
    .option('--expires <when>', 'when a token expires of which nothing is known: a date, or a duration such as 7d', moment)
    .option('--jti-claim <claim>', "the claim that identifies a token; the app's jtiClaim", 'jti')
    .addHelpText('after', HELP)
  return withTablesOptions(command).action(ending(runBlacklist))
}

async function runBlacklist(given: string | undefined, options: BlacklistArguments, command: Command): Promise<ExitStatus> {
  const { user } = options
  if ((given === undefined) === (user === undefined)) command.error('error: give either a jti, a token or -, or --user')
  if (user !== undefined && !isStorable(user))
    command.error('error: the id of a user is a string of 1 to 255 characters, without white space around it')
  if (user !== undefined) {
    const id = withoutToken(user)
    return withConnection(options.url, (connected) => blacklistUser(connected, options, id))
  }
  const subject = subjectOf(await readSubject(given as string), options.jtiClaim)
  const shown = subject.claims !== undefined && given !== '-'
  return withConnection(options.url, (connected) => blacklistOne(connected, options, subject, shown))
}

async function blacklistUser(connected: Connected, options: BlacklistArguments, user: string): Promise<ExitStatus> {
  const blacklisted = await tokensOf(connected, options).blacklistUser(user)
  answer({ userId: user, blacklisted }, [
    blacklisted > 0
      ? `Blacklisted ${counted(blacklisted, 'row')} of user ${visible(user)}: sessions, and tokens that are recorded.`
      : `User ${visible(user)} has no token here that is not blacklisted already. Is it the id as the tokens have it?`,
  ])
  return 0
}

async function blacklistOne(
  connected: Connected,
  options: BlacklistArguments,
  subject: Subject,
  shown: boolean,
): Promise<ExitStatus> {
  const { listing } = tokensOf(connected, options)
  const longest = await longestLifetimeSeen(connected.sequelize, listing)
  const revoked = await revoke(tokensOf(connected, options, longest), subject, { expires: options.expires, longest })
  const warnings = [...(shown ? [SHOWN] : []), ...revoked.warnings]
  answer({ ...revoked, warnings }, sentencesOf(revoked))
  for (const warning of warnings) tell(warning)
  return 0
}

/**
 * The library's own object, so that what is blacklisted here is as blacklisted as in the app. It needs a key, but neither signs nor
 * verifies here.
 */
function tokensOf({ sequelize }: Connected, options: BlacklistArguments, refreshTokenLifetime?: number): TokenBlacklist {
  return new TokenBlacklist({
    sequelize,
    signingKey: randomBytes(64),
    flushSchedule: false,
    checkTimeout: TIME_LIMIT,
    tableNames: tableNamesOf(options),
    jtiClaim: options.jtiClaim,
    refreshTokenLifetime,
    ...(options.djangoTables && { djangoTables: true, userIdClaim: simpleJwt.userIdClaim }),
  })
}
