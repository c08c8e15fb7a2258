import { Command } from 'commander'
import { listingOf } from '../store/listing/listing'
import type { TableSize } from '../store/listing/types'
import { nameOf } from './connect'
import { FLUSH_ADVICE, flushSentence, flushStateOf } from './flush-state'
import { answer, type ExitStatus, ending } from './output'
import { type FlushingArguments, marginOf, storeOf, withConnection, withMarginOption, withTablesOptions } from './tables'
import { bytes, capped, grouped } from './words'

const HELP = `
Counts go up to 10,000, and the rows of a table are the database's estimate, so
that it is quick whatever the size. It changes nothing. What is wrong with the
tables, and not just how full they are, is told by doctor.

Examples:
  $ npx passport-jwt-blacklist status
  $ npx passport-jwt-blacklist status --json | jq .waiting.count`

export function statusCommand(): Command {
  const command = new Command('status')
    .description('Tell what the tables hold, and whether the flush is running.')
    .addHelpText('after', HELP)
  return withMarginOption(withTablesOptions(command)).action(ending(runStatus))
}

function runStatus(options: FlushingArguments): Promise<ExitStatus> {
  return withConnection(options.url, async (connected) => {
    const margin = marginOf(options)
    const listing = listingOf(storeOf(connected, options), { clock: Date.now, flushMargin: margin })
    const { outstanding, blacklisted, expired, waiting, oldestExpired } = await listing.overview()
    const tables = await listing.tableSizes()
    const flush = flushStateOf(oldestExpired, margin)
    const database = nameOf(connected.sequelize)
    const { source } = connected
    answer({ database, source, outstanding, blacklisted, expired, waiting, oldestExpired, tables, flush }, [
      `Database     ${database} (by ${source})`,
      `Outstanding  ${capped(outstanding)}`,
      `Blacklisted  ${capped(blacklisted)}`,
      `Expired      ${capped(expired)}; the next flush deletes ${capped(waiting)}`,
      ...tables.map((table, index) => (index === 0 ? 'Tables' : '').padEnd(13) + sizeOf(table)),
      `Flush        ${flushSentence(flush)}`,
      ...(flush.state === 'late' ? [FLUSH_ADVICE] : []),
    ])
    return 0
  })
}

function sizeOf({ table, rows, bytes: size }: TableSize): string {
  return `${table}: about ${grouped(rows)} rows${size === null ? '' : `, ${bytes(size)}`}`
}
