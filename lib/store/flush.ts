import { utcText } from '../../models'
import type { Statements } from './database'
import type { RowId, Store } from './store'

export interface FlushOptions {
  /** How many tokens one transaction deletes at the most. @default 1000 */
  batchSize?: number | undefined
  /** Stops the flush between two batches; what is deleted by then stays deleted. */
  signal?: AbortSignal | undefined
  /** Is told after each batch how many tokens this flush has deleted so far. */
  onProgress?: ((deleted: number) => void) | undefined
}

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
  { batchSize = 1000, signal, onProgress }: FlushOptions = {},
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
      deleted += await deleteExpired(store, cutoff, ids)
      onProgress?.(deleted)
    }
    signal?.throwIfAborted()
  }
  return deleted
}

/** By the index on `expires_at`, until nothing is left. The order keeps two flushes from fighting over the same rows. */
async function* expiredByExpiry({ database, tables }: Store, cutoff: Cutoff, limit: number): AsyncGenerator<RowId[]> {
  const { condition, bind } = expired(database.dialectName, database.dialect.ago, cutoff)
  const sql = `SELECT o.id FROM ${tables.outstanding} o WHERE ${condition} ORDER BY o.expires_at, o.id LIMIT ${limit}`
  while (true) {
    const rows = await database.read((statements) => statements.select<{ id: RowId }>(sql, bind))
    if (rows.length === 0) return
    yield rows.map(({ id }) => id)
  }
}

/** Where `expires_at` has no index: once through the table, a stretch of ids at a time. */
async function* expiredById({ database, tables }: Store, cutoff: Cutoff, limit: number): AsyncGenerator<RowId[]> {
  const { condition, bind } = expired(database.dialectName, database.dialect.ago, cutoff)
  const sql =
    `SELECT o.id, CASE WHEN ${condition} THEN 1 ELSE 0 END AS expired FROM ${tables.outstanding} o ` +
    `WHERE o.id > $2 ORDER BY o.id LIMIT ${limit}`
  let last: RowId = 0
  while (true) {
    const rows = await database.read((statements) => statements.select<{ id: RowId; expired: number }>(sql, [...bind, last]))
    const end = rows.at(-1)
    if (!end) return
    last = end.id
    yield rows.filter((row) => row.expired === 1).map(({ id }) => id)
  }
}

async function deleteExpired({ database, tables }: Store, cutoff: Cutoff, ids: RowId[]): Promise<number> {
  const { dialect, dialectName } = database
  const { condition, bind } = expired(dialectName, dialect.ago, cutoff)
  return database.write(async (statements) => {
    // The lock keeps a row from being blacklisted, and its expiry from moving on, between the two deletes.
    const sql = `SELECT o.id FROM ${tables.outstanding} o WHERE o.id IN (${list(ids)}) AND ${condition} ORDER BY o.id${dialect.lock('o')}`
    const locked = await statements.select<{ id: RowId }>(sql, bind)
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

function expired(
  dialectName: string,
  ago: (seconds: number) => string,
  { before, margin }: Cutoff,
): { condition: string; bind: string[] } {
  return { condition: `o.expires_at < $1 AND o.expires_at < ${ago(margin)}`, bind: [utcText(before, dialectName)] }
}

/** Ids come from the database, and are digits. */
function list(ids: RowId[]): string {
  return ids.map((id) => BigInt(id)).join(', ')
}
