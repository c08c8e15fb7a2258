import type { Store } from '../store'
import type { Condition } from './condition'
import { type Cursor, isAscending, MAX_ID, type Place } from './cursor'
import { listingDialect } from './dialect'
import type { Plan } from './search'

/** A walk along one index, from a place on, in one direction. */
export interface Path {
  /** The table, and its columns that the index holds. */
  table: string
  columns: string
  /** What lies beyond the beginning. */
  start: Condition[]
  order: string
  /** What lies before an edge, the edge included. */
  until(edge: Place): Condition
}

/** @param from null: the beginning of the list */
export function pathOf(store: Store, plan: Plan, from: Cursor | null): Path {
  const upwards = isAscending(plan.order) === (from?.towards !== 'previous')
  return plan.order === 'expired' || plan.order === 'active'
    ? byExpiry(store, plan, from, upwards)
    : byId(store, plan, from, upwards)
}

function byId({ tables, database }: Store, { order, ofUser, indexed }: Plan, from: Place | null, upwards: boolean): Path {
  const dialect = listingDialect(database.dialectName)
  const direction = upwards ? 'ASC' : 'DESC'
  const [table, id, tokenId] =
    order === 'blacklisted' ? [`${tables.blacklisted} b`, 'b.id', 'b.token_id'] : [`${tables.outstanding} o`, 'o.id', 'o.id']
  const place = ofUser ? dialect.idOfUser : id
  // Always from somewhere, so that the index is a range.
  const start = from?.id ?? String(upwards ? -MAX_ID : MAX_ID)
  return {
    table,
    columns: `${id} AS id, ${tokenId} AS token_id`,
    start: [...indexed, (bound) => `${place} ${upwards ? '>' : '<'} ${dialect.id(bound(start))}`],
    order: ofUser ? dialect.orderOfUser(direction) : `${id} ${direction}`,
    until: (edge) => (bound) => `${place} ${upwards ? '<=' : '>='} ${dialect.id(bound(edge.id))}`,
  }
}

function byExpiry({ tables, database }: Store, { indexed }: Plan, from: Place | null, upwards: boolean): Path {
  const dialect = listingDialect(database.dialectName)
  const direction = upwards ? 'ASC' : 'DESC'
  // In such a form MySQL makes ranges of it, of the expiry and the id.
  const compare =
    ({ expiry, id }: Place, comparison: '<' | '>', idComparison: string): Condition =>
    (bound) => {
      const [column, moment] = ['o.expires_at', bound(String(expiry))]
      const among = `${column} = ${moment} AND o.id ${idComparison} ${dialect.id(bound(id))}`
      return `${column} ${comparison}= ${moment} AND (${column} ${comparison} ${moment} OR (${among}))`
    }
  const [beyond, before] = upwards ? (['>', '<'] as const) : (['<', '>'] as const)
  return {
    table: `${tables.outstanding} o`,
    columns: `o.id AS id, o.id AS token_id, ${dialect.text('o.expires_at')} AS expiry`,
    start: from ? [...indexed, compare(from, beyond, beyond)] : indexed,
    order: `o.expires_at ${direction}, o.id ${direction}`,
    until: (edge) => compare(edge, before, `${before}=`),
  }
}
