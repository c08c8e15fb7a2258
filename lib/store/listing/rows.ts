import { BlacklistUnavailableError } from '../../errors'
import { binding } from '../binding'
import type { Statements } from '../database'
import { djangoUserOf } from '../django'
import type { RowId, Store } from '../store'
import { type ChainState, chainStatesOf, kindOf, statusOf } from './chain'
import { ownRow } from './condition'
import { listingDialect, momentOf } from './dialect'
import type { ListedToken } from './types'

export interface TokenRow {
  id: RowId
  jti: string
  owner: string | number | null
  created: string | null
  expires: string
  /** Whether the token itself is stored, 1 or 0. */
  stored: number | string
  blacklisted_id: RowId | null
  blacklisted: string | null
}

/** The tokens of these ids, in this order; without those that are gone meanwhile. */
export async function tokensOf(store: Store, statements: Statements, ids: string[], now: Date): Promise<ListedToken[]> {
  if (ids.length === 0) return []
  const { database, tables, djangoTables } = store
  const dialect = listingDialect(database.dialectName)
  const { bind, bound } = binding()
  const rows = await statements.select<TokenRow>(
    `SELECT o.id, o.jti, o.user_id AS owner, ${dialect.text('o.created_at')} AS created, ${dialect.text('o.expires_at')} AS expires, ` +
      `CASE WHEN o.token <> '' THEN 1 ELSE 0 END AS stored, ${ownRow(store)} AS blacklisted_id, ` +
      `${ownRow(store, dialect.text('b.blacklisted_at'))} AS blacklisted FROM ${tables.outstanding} o ` +
      `WHERE o.id IN (${ids.map((id) => dialect.id(bound(id))).join(', ')})`,
    bind,
  )
  // Options of the driver, such as `rowsAsArray`, give rows other forms.
  if (rows.some(({ jti }) => typeof jti !== 'string')) {
    throw new BlacklistUnavailableError('The rows have another form: look at dialectOptions')
  }
  const states = await chainStatesOf(store, statements, rows)
  const byId = new Map(rows.map((row) => [String(row.id), row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [listed(row, states(row), { now, djangoTables })] : []
  })
}

function listed(row: TokenRow, state: ChainState, { now, djangoTables }: { now: Date; djangoTables: boolean }): ListedToken {
  const expiresAt = momentOf(row.expires)
  const owner = row.owner === null ? null : String(row.owner)
  return {
    id: String(row.id),
    jti: row.jti,
    userId: owner !== null && djangoTables ? djangoUserOf(owner) : owner,
    createdAt: row.created === null ? null : momentOf(row.created),
    expiresAt,
    kind: kindOf(row, djangoTables),
    status: statusOf(row, state, expiresAt <= now),
    blacklistedAt: row.blacklisted === null ? null : momentOf(row.blacklisted),
    blacklistedId: row.blacklisted_id === null ? null : String(row.blacklisted_id),
    sessionRevoked: state.sessionRevoked,
  }
}
