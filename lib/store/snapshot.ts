import { BlacklistUnavailableError } from '../errors'
import type { Statements } from './database'
import type { Store } from './store'

const FRESH = new Set(['read committed', 'read uncommitted'])

/** Whether this transaction of the app's never sees what was committed after its first query, not by a lock either. */
export async function hasSnapshot({ database }: Store, statements: Statements): Promise<boolean> {
  const { isolation } = database.dialect
  if (!statements.ofApp || isolation === undefined) return false
  const [row] = await statements.select<{ level: string }>(isolation)
  return !FRESH.has(String(row?.level))
}

/**
 * Makes sure that what an app's transaction did not find is not there: its snapshot may be older.
 * @param sql the same question, which is asked outside of the transaction
 * @throws BlacklistUnavailableError
 */
export async function assertNowhere(store: Store, statements: Statements, sql: string, bind: unknown[]): Promise<void> {
  const { lockShowsCommitted, isolation } = store.database.dialect
  if (!statements.ofApp || lockShowsCommitted) return
  if (isolation !== undefined && !(await hasSnapshot(store, statements))) return
  const rows = await store.database.read((outside) => outside.select(sql, bind))
  if (rows.length > 0) throw unseen()
}

/**
 * Makes sure that an app's transaction sees these rows.
 * @param committed finds them, outside of the transaction
 * @param own finds them, and maybe others, in the transaction
 * @throws BlacklistUnavailableError
 */
export async function assertSeen(
  store: Store,
  statements: Statements,
  { committed, own, bind }: { committed: string; own: string; bind: unknown[] },
): Promise<void> {
  if (!(await hasSnapshot(store, statements))) return
  const rows = await store.database.read((outside) => outside.select<{ id: unknown }>(committed, bind))
  const seen = new Set((await statements.select<{ id: unknown }>(own, bind)).map(({ id }) => id))
  if (rows.some(({ id }) => !seen.has(id))) throw unseen()
}

function unseen(): BlacklistUnavailableError {
  return new BlacklistUnavailableError(
    'It was not done: the transaction began before a token or session was recorded, and does not see it. Begin it anew, or at READ COMMITTED',
  )
}
