import { setTimeout as sleep } from 'node:timers/promises'
import { utcText } from '../../models'
import type { Statements } from './database'
import type { RowId, Store } from './store'

export interface FlushOptions {
  /** How many tokens one transaction deletes at the most. @default 2000 */
  batchSize?: number | undefined
  /** Stops the flush between two batches; what is deleted by then stays deleted. */
  signal?: AbortSignal | undefined
  /** Is told after each batch how many tokens this flush has deleted so far. */
  onProgress?: ((deleted: number) => void) | undefined
}

export const DEFAULT_BATCH_SIZE = 2000

/** The part of a batch's time for which the flush then leaves the database to others: the longer, the busier it is. */
const PAUSE = 0.1

export interface Cutoff {
  /** Rows that expired before this moment, on this process's clock … */
  before: Date
  /** … and this many seconds ago on the database's clock. */
  margin: number
}

/**
 * Deletes what expired more than the margin ago: in ordered batches, each its own short transaction, blacklisted rows first.
 * Several may run at once. What one did not get to, the next one does.
 * @returns how many outstanding tokens it deleted
 * @throws the signal's reason, once it is aborted
 */
export async function flush(
  store: Store,
  cutoff: Cutoff,
  { batchSize = DEFAULT_BATCH_SIZE, signal, onProgress }: FlushOptions = {},
): Promise<number> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new TypeError(`batchSize must be a whole number of at least 1; got ${String(batchSize)}`)
  }
  signal?.throwIfAborted()
  let deleted = 0
  for await (const ids of store.djangoTables
    ? expiredById(store, cutoff, batchSize)
    : expiredByExpiry(store, cutoff, batchSize)) {
    if (ids.length > 0) {
      const start = performance.now()
      deleted += await deleteExpired(store, cutoff, ids)
      onProgress?.(deleted)
      signal?.throwIfAborted()
      await sleep((performance.now() - start) * PAUSE)
    }
    signal?.throwIfAborted()
  }
  return deleted
}

/** By the index on `expires_at`, until nothing is left. The order keeps two flushes from fighting over the same rows. */
async function* expiredByExpiry({ database, tables }: Store, cutoff: Cutoff, limit: number): AsyncGenerator<RowId[]> {
  const condition = expired(database, cutoff)
  const sql = `SELECT o.id FROM ${tables.outstanding} o WHERE ${condition} ORDER BY o.expires_at, o.id LIMIT ${limit}`
  while (true) {
    const rows = await database.read((statements) => statements.select<{ id: RowId }>(sql))
    if (rows.length === 0) return
    yield rows.map(({ id }) => id)
  }
}

/** Where `expires_at` has no index: once through the table, a stretch of ids at a time. */
async function* expiredById({ database, tables }: Store, cutoff: Cutoff, limit: number): AsyncGenerator<RowId[]> {
  const condition = expired(database, cutoff)
  const sql =
    `SELECT o.id, CASE WHEN ${condition} THEN 1 ELSE 0 END AS expired FROM ${tables.outstanding} o ` +
    `WHERE o.id > $1 ORDER BY o.id LIMIT ${limit}`
  let last: RowId = 0
  while (true) {
    const rows = await database.read((statements) => statements.select<{ id: RowId; expired: number }>(sql, [last]))
    const end = rows.at(-1)
    if (!end) return
    last = end.id
    yield rows.filter((row) => row.expired === 1).map(({ id }) => id)
  }
}

async function deleteExpired({ database, tables }: Store, cutoff: Cutoff, ids: RowId[]): Promise<number> {
  const { dialect } = database
  const condition = expired(database, cutoff)
  return database.write(async (statements) => {
    // The lock keeps a row from being blacklisted, and its expiry from moving on, between the two deletes.
    const sql = `SELECT o.id FROM ${tables.outstanding} o WHERE o.id IN (${list(ids)}) AND ${condition} ORDER BY o.id${dialect.lock('o')}`
    const locked = await statements.select<{ id: RowId }>(sql)
    if (locked.length === 0) return 0
    const lockedIds = list(locked.map(({ id }) => id))
    await deleteBlacklisted(tables.blacklisted, statements, lockedIds)
    return statements.change(`DELETE FROM ${tables.outstanding} WHERE id IN (${lockedIds})`)
  })
}

/** By their own ids: a delete by `token_id` would lock the gaps between them too, and hold up everybody's blacklisting. */
async function deleteBlacklisted(table: string, statements: Statements, tokenIds: string): Promise<void> {
  const rows = await statements.select<{ id: RowId }>(`SELECT id FROM ${table} WHERE token_id IN (${tokenIds})`)
  if (rows.length > 0) await statements.change(`DELETE FROM ${table} WHERE id IN (${list(rows.map(({ id }) => id))})`)
}

/** Nothing is bound: each list of ids is another statement, and the driver would keep them all prepared. */
function expired({ dialect, dialectName }: Store['database'], { before, margin }: Cutoff): string {
  return `o.expires_at < '${utcText(before, dialectName)}' AND o.expires_at < ${dialect.ago(margin)}`
}

/** Ids come from the database, and are digits. */
function list(ids: RowId[]): string {
  return ids.map((id) => BigInt(id)).join(', ')
}
