import { Command, Option } from 'commander'
import { ALGORITHMS } from '../keys'
import { listingOf } from '../store/listing/listing'
import type { Store } from '../store/store'
import { type Connected, nameOf } from './connect'
import { checkClock } from './doctor/clock'
import { type Finding, ok, skipped, wrong } from './doctor/finding'
import { checkKey, type KeyArguments } from './doctor/key'
import { checkMigrations } from './doctor/migrations'
import { checkTables } from './doctor/tables'
import { CliError } from './errors'
import { FLUSH_ADVICE, flushSentence, flushStateOf } from './flush-state'
import { answer, type ExitStatus, ending, messageOf } from './output'
import { type FlushingArguments, marginOf, storeOf, withConnection, withMarginOption, withTablesOptions } from './tables'

type DoctorArguments = FlushingArguments & KeyArguments

const HELP = `
It looks at the connection and its driver, the tables with their columns, indexes
and collation, the migrations that init published, the clocks, whether anything
has waited for its flush for days, and the key. It changes nothing. Run it in the
app's folder, with the app's environment.

Exit status: 0 where nothing is wrong, 1 where something is.

Examples:
  $ npx passport-jwt-blacklist doctor
  $ npx passport-jwt-blacklist doctor --signing-key-env JWT_SECRET
  $ npx passport-jwt-blacklist doctor --json | jq '.findings[] | select(.state == "wrong")'`

const UNREACHABLE = 'Is it up, and are its host (for SQLite: its file), its name, the user and the password right?'
const HOW_FOUND = 'How the database is found is said by: npx passport-jwt-blacklist --help'

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('Look for what is wrong with the tables and around them, and say what to do.')
    .option('--signing-key-env <name>', "the environment variable that has the app's signingKey")
    .addOption(new Option('--algorithm <name>', "the app's algorithm").choices(ALGORITHMS).default('HS256'))
    .addHelpText('after', HELP)
  return withMarginOption(withTablesOptions(command)).action(ending(runDoctor))
}

async function runDoctor(options: DoctorArguments): Promise<ExitStatus> {
  const findings: Finding[] = []
  let database: string | null = null
  try {
    await withConnection(options.url, async (connected) => {
      database = nameOf(connected.sequelize)
      for await (const finding of examine(connected, options)) findings.push(finding)
      return 0
    })
  } catch (error) {
    findings.push(wrong('database', messageOf(error), error instanceof CliError ? HOW_FOUND : UNREACHABLE))
  }
  findings.push(checkKey(options))
  const healthy = findings.every(({ state }) => state !== 'wrong')
  answer({ ok: healthy, database, findings }, findings.flatMap(linesOf))
  return healthy ? 0 : 1
}

async function* examine(connected: Connected, options: DoctorArguments): AsyncGenerator<Finding> {
  const store = storeOf(connected, options)
  await store.database.read((statements) => statements.select('SELECT 1'))
  yield ok('database', `${nameOf(connected.sequelize)} answers (by ${connected.source})`)
  const tables = await checkTables(store)
  yield* tables
  yield await checkMigrations(store, connected)
  yield await checkClock(store)
  yield tables[0]?.state === 'ok' ? await checkFlush(store, marginOf(options)) : skipped('flush', 'there are no tables')
}

async function checkFlush(store: Store, margin: number): Promise<Finding> {
  const { oldestExpired } = await listingOf(store, { clock: Date.now, flushMargin: margin }).overview()
  const flush = flushStateOf(oldestExpired, margin)
  return flush.state === 'late' ? wrong('flush', flushSentence(flush), FLUSH_ADVICE) : ok('flush', flushSentence(flush))
}

function linesOf({ check, state, message, advice }: Finding): string[] {
  const head = `${state.padEnd(8)} ${check.padEnd(11)}`
  return [`${head} ${message}`, ...(advice ? [`${' '.repeat(head.length)} → ${advice}`] : [])]
}
