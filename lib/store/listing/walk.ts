import { binding } from '../binding'
import type { Statements } from '../database'
import type { RowId, Store } from '../store'
import { where } from './condition'
import type { Cursor, Place } from './cursor'
import type { Stretch } from './page'
import { type Path, pathOf } from './path'
import type { Plan } from './search'
import type { CappedCount } from './types'

/** How many entries a page or a count looks at, where not each of them is a match: each costs a few look-ups. */
const WINDOW = 2_000

/** Up to what a count goes, where each entry is a match. */
const CAP = 5_000

/** An entry of the index that is walked along, and the outstanding token that it leads to. */
export interface Entry extends Place {
  tokenId: string
}

/**
 * The next matches from a place on, in one direction; fewer than the limit at the end, and where the next 2,000 entries have
 * fewer.
 * @param from null: the beginning of the list
 */
export async function walk(
  store: Store,
  statements: Statements,
  plan: Plan,
  { from, limit }: { from: Cursor | null; limit: number },
): Promise<Stretch<Entry>> {
  const path = pathOf(store, plan, from)
  const window = plan.filter.length > 0 ? await windowOf(statements, path) : null
  const { bind, bound } = binding()
  const conditions = where([...path.start, ...(window ? [path.until(window)] : []), ...plan.filter], bound)
  const found = await entriesOf(statements, path, `${conditions} ORDER BY ${path.order} LIMIT ${limit + 1}`, bind)
  const entries = found.slice(0, limit)
  const edge = found.length > limit ? (entries.at(-1) ?? null) : window
  return { entries: from?.towards === 'previous' ? entries.reverse() : entries, edge }
}

/** How many of the first 5,000 entries, or of 2,000 where not each of them is a match; and whether that may not be all. */
export async function count(store: Store, statements: Statements, plan: Plan): Promise<CappedCount> {
  const path = pathOf(store, plan, null)
  const window = plan.filter.length > 0 ? await windowOf(statements, path) : null
  const { bind, bound } = binding()
  const conditions = where([...path.start, ...(window ? [path.until(window)] : []), ...plan.filter], bound)
  const [row] = await statements.select<{ matches: number | string }>(
    plan.filter.length > 0
      ? `SELECT COUNT(*) AS matches FROM ${path.table} ${conditions}`
      : `SELECT COUNT(*) AS matches FROM (SELECT 1 AS one FROM ${path.table} ${conditions} ORDER BY ${path.order} LIMIT ${CAP + 1}) x`,
    bind,
  )
  const matches = Number(row?.matches)
  return { count: Math.min(matches, CAP), capped: window !== null || matches > CAP }
}

/** The last of the entries that may be looked at; null where there are no more than these. */
export async function windowOf(statements: Statements, path: Path): Promise<Place | null> {
  const { bind, bound } = binding()
  const last = `${where(path.start, bound)} ORDER BY ${path.order} LIMIT 1 OFFSET ${WINDOW - 1}`
  return (await entriesOf(statements, path, last, bind))[0] ?? null
}

async function entriesOf(
  statements: Statements,
  { columns, table }: Path,
  conditions: string,
  bind: unknown[],
): Promise<Entry[]> {
  const rows = await statements.select<{ id: RowId; token_id: RowId; expiry?: string }>(
    `SELECT ${columns} FROM ${table} ${conditions}`,
    bind,
  )
  return rows.map(({ id, token_id, expiry }) => ({ id: String(id), tokenId: String(token_id), expiry }))
}
