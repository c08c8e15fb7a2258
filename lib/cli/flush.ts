import { Command } from 'commander'
import { type Cutoff, DEFAULT_BATCH_SIZE, flush } from '../store/flush'
import { countExpired } from '../store/listing/count-expired'
import type { CappedCount } from '../store/listing/types'
import type { Store } from '../store/store'
import { answer, type ExitStatus, ending, wantsJson } from './output'
import type { Progress } from './progress'
import { type StopReason, stopping } from './stopping'
import { cutoffOf, type FlushingArguments, storeOf, withConnection, withMarginOption, withTablesOptions } from './tables'
import { positiveDuration, positiveInteger } from './values'
import { capped, counted } from './words'

interface FlushArguments extends FlushingArguments {
  batchSize: number
  dryRun?: true
  maxSeconds?: number
}

/** What the command answers with `--json`. */
interface FlushAnswer {
  dryRun: boolean
  deleted: number
  /** What is left to delete; after a flush that was stopped, counted up to 10,000. */
  remaining: CappedCount
  stopped: StopReason | null
}

const NOTHING: CappedCount = { count: 0, capped: false }
const CAP = 10_000

const HELP = `
On a terminal it shows a progress bar, elsewhere a line for each batch. Several
may run at once. Ctrl-C or SIGTERM stops it after its batch, a second one at
once; what was deleted by then stays deleted, and the next flush goes on.

A margin that is shorter than the app's leeway deletes rows by which the app still
refuses tokens.

Exit status: 0 where all was deleted, 1 where it failed, 2 where it was stopped
and some are left.

Examples:
  $ npx passport-jwt-blacklist flush
  $ npx passport-jwt-blacklist flush --dry-run
  $ npx passport-jwt-blacklist flush --max-seconds 600 --batch-size 500
  $ npx passport-jwt-blacklist flush --margin 7d --json
  at 03:00, by cron:
  0 3 * * * cd /srv/app && npx passport-jwt-blacklist flush >>flush.log 2>&1`

export function flushCommand(): Command {
  const command = new Command('flush')
    .alias('flushexpiredtokens')
    .description('Delete the tokens that have expired for longer than the margin.')
    .option('--batch-size <rows>', 'how many tokens one transaction deletes at the most', positiveInteger, DEFAULT_BATCH_SIZE)
    .option('--max-seconds <seconds>', 'stop between two batches after this time', positiveDuration)
    .option('--dry-run', 'count what would be deleted, and change nothing')
    .addHelpText('after', HELP)
  return withMarginOption(withTablesOptions(command)).action(ending(runFlush))
}

function runFlush(options: FlushArguments): Promise<ExitStatus> {
  return withConnection(options.url, async (connected) => {
    const store = storeOf(connected, options)
    const cutoff = cutoffOf(options)
    const result = options.dryRun ? await count(store, cutoff) : await flushUntilStopped(store, cutoff, options)
    answer(result, [sentence(result)])
    return result.stopped ? 2 : 0
  })
}

async function count(store: Store, cutoff: Cutoff): Promise<FlushAnswer> {
  return { dryRun: true, deleted: 0, remaining: { count: await countAll(store, cutoff), capped: false }, stopped: null }
}

async function flushUntilStopped(store: Store, cutoff: Cutoff, { batchSize, maxSeconds }: FlushArguments): Promise<FlushAnswer> {
  const stop = stopping(maxSeconds)
  const { signal } = stop
  let deleted = 0
  const progress = await progressOf(store, cutoff, signal)
  try {
    await flush(store, cutoff, {
      batchSize,
      signal,
      onProgress(sofar) {
        deleted = sofar
        progress.update(sofar)
      },
    })
  } catch (error) {
    if (error !== signal.reason) throw error
  } finally {
    progress.stop()
    stop.release()
  }
  const remaining = stop.reason ? await countSome(store, cutoff) : NOTHING
  return { dryRun: false, deleted, remaining, stopped: remaining.count > 0 ? (stop.reason ?? null) : null }
}

async function progressOf(store: Store, cutoff: Cutoff, signal: AbortSignal): Promise<Progress> {
  const { noProgress, progressBar, progressLines } = await import('./progress.js')
  if (wantsJson()) return noProgress
  if (!process.stderr.isTTY) return progressLines()
  const total = await countAll(store, cutoff, signal)
  return total > 0 ? progressBar(total) : noProgress
}

async function countAll(store: Store, cutoff: Cutoff, signal?: AbortSignal): Promise<number> {
  let total = 0
  for await (total of countExpired(store, cutoff)) if (signal?.aborted) break
  return total
}

async function countSome(store: Store, cutoff: Cutoff): Promise<CappedCount> {
  let count = 0
  for await (count of countExpired(store, cutoff)) if (count > CAP) return { count: CAP, capped: true }
  return { count, capped: false }
}

function sentence({ dryRun, deleted, remaining, stopped }: FlushAnswer): string {
  if (dryRun) return `${counted(remaining.count, 'expired token')} would be deleted. Nothing was changed.`
  const done = `Deleted ${counted(deleted, 'expired token')}.`
  if (!stopped) return done
  return `${done} Stopped ${stopped === 'max-seconds' ? 'since the time was up' : `by ${stopped}`}. Left for the next flush: ${capped(remaining)}.`
}
