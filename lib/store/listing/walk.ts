import type { Statements } from '../database'
import type { RowId, Store } from '../store'
import { allOf, binding, type Condition } from './condition'
import { type Cursor, MAX_ID, type Order, type Place } from './cursor'
import { listingDialect } from './dialect'
import { isAscending, type Stretch } from './page'
import type { Plan } from './search'

/** An entry of the index that is walked along, and the outstanding token that it leads to. */
export interface Entry extends Place {
  tokenId: string
}

/** How many entries one page looks at, where not each of them is a match. */
export const WINDOW = 10_000

export function orderOf({ along }: Plan): Order {
  return along === 'blacklisted' || along === 'expiry' ? along : 'token'
}

/**
 * The next matches from a place on, in one direction; fewer than the limit at the end, and where there are fewer among the next
 * 10,000 entries.
 * @param from null: the beginning of the list
 */
export async function walk(
  store: Store,
  statements: Statements,
  plan: Plan,
  from: Cursor | null,
  limit: number,
): Promise<Stretch<Entry>> {
  const path = pathOf(store, plan, from)
  const window = plan.filter.length > 0 ? await windowOf(statements, path) : null
  const within: Condition[] = window ? [path.until(window)] : []
  const found = await select(statements, path, [...within, ...plan.filter], limit + 1)
  const entries = found.slice(0, limit)
  const edge = found.length > limit ? (entries.at(-1) ?? null) : window
  return { entries: from?.towards === 'previous' ? entries.reverse() : entries, edge }
}

/** A walk along one index. */
interface Path {
  table: string
  columns: string
  start: Condition[]
  until(edge: Place): Condition
  order: string
}

function pathOf({ database, tables }: Store, plan: Plan, from: Cursor | null): Path {
  const order = orderOf(plan)
  const dialect = listingDialect(database.dialectName)
  const upwards = isAscending(order) === (from?.towards !== 'previous')
  const direction = upwards ? 'ASC' : 'DESC'
  const beyond = upwards ? '>' : '<'
  if (order === 'expiry') {
    const start: Condition = (bound) => {
      const expiry = bound(from?.expiry ?? '')
      return `o.expires_at ${beyond}= ${expiry} AND (o.expires_at ${beyond} ${expiry} OR o.id ${beyond} ${dialect.id(bound(from?.id ?? ''))})`
    }
    return {
      table: `${tables.outstanding} o`,
      columns: `o.id AS id, o.id AS token_id, ${dialect.text('o.expires_at')} AS expiry`,
      start: [...plan.indexed, ...(from ? [start] : [])],
      until: () => () => '1 = 1',
      order: `o.expires_at ${direction}, o.id ${direction}`,
    }
  }
  const [table, id, tokenId] =
    order === 'blacklisted' ? [`${tables.blacklisted} b`, 'b.id', 'b.token_id'] : [`${tables.outstanding} o`, 'o.id', 'o.id']
  return {
    table,
    columns: `${id} AS id, ${tokenId} AS token_id`,
    // A bound in any case: without one, SQLite says that it scans the table.
    start: [...plan.indexed, (bound) => `${id} ${beyond} ${dialect.id(bound(from?.id ?? String(MAX_ID)))}`],
    until: (edge) => (bound) => `${id} ${upwards ? '<' : '>'}= ${dialect.id(bound(edge.id))}`,
    order: `${plan.along === 'user' ? dialect.sortById(id) : id} ${direction}`,
  }
}

/** @returns the last of the entries that may be looked at; null where there are no more than these */
async function windowOf(statements: Statements, path: Path): Promise<Place | null> {
  const { bind, bound } = binding()
  const nth = `${path.order} LIMIT 1 OFFSET ${WINDOW - 1}`
  const [last] = await statements.select<{ id: RowId }>(
    `SELECT ${path.columns} FROM ${path.table}${allOf(path.start, bound)} ORDER BY ${nth}`,
    bind,
  )
  return last ? { id: String(last.id) } : null
}

async function select(statements: Statements, path: Path, filter: Condition[], limit: number): Promise<Entry[]> {
  const { bind, bound } = binding()
  const rows = await statements.select<{ id: RowId; token_id: RowId; expiry?: string }>(
    `SELECT ${path.columns} FROM ${path.table}${allOf([...path.start, ...filter], bound)} ORDER BY ${path.order} LIMIT ${limit}`,
    bind,
  )
  return rows.map(({ id, token_id, expiry }) => ({ id: String(id), tokenId: String(token_id), expiry }))
}
