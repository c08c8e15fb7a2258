import { chainOf, isChain, successorOf } from '../../claims'
import { binding } from '../binding'
import type { Statements } from '../database'
import type { RowId, Store } from '../store'
import { ownRow } from './condition'
import type { TokenKind, TokenStatus } from './types'

/** What the other rows of a token's chain say about it. */
export interface ChainState {
  succeeded: boolean
  sessionRevoked: boolean
}

interface Row {
  jti: string
  stored: number | string
  blacklisted_id: RowId | null
}

/** @returns what tells the state of each of the rows */
export async function chainStatesOf(store: Store, statements: Statements, rows: Row[]): Promise<(row: Row) => ChainState> {
  const wanted = new Set(
    rows.flatMap((row) => [chainOf(row.jti) ?? [], row.blacklisted_id === null ? [] : successorOf(row.jti)].flat()),
  )
  const found = new Map<string, boolean>()
  if (wanted.size > 0) {
    const { bind, bound } = binding()
    const others = await statements.select<{ jti: string; blacklisted_id: RowId | null }>(
      `SELECT o.jti, ${ownRow(store)} AS blacklisted_id FROM ${store.tables.outstanding} o ` +
        `WHERE o.jti IN (${[...wanted].map(bound).join(', ')})`,
      bind,
    )
    for (const { jti, blacklisted_id } of others) found.set(jti, blacklisted_id !== null)
  }
  return ({ jti }) => ({ succeeded: found.has(successorOf(jti)), sessionRevoked: found.get(chainOf(jti) ?? '') === true })
}

/** Django's own jtis have the form of a session's id, but it stores the tokens. */
export function kindOf({ jti, stored }: Row, djangoTables: boolean): TokenKind {
  if (isChain(jti)) return djangoTables && Number(stored) === 1 ? 'other' : 'session'
  return chainOf(jti) === undefined ? 'other' : 'refresh'
}

export function statusOf({ blacklisted_id }: Row, { succeeded, sessionRevoked }: ChainState, expired: boolean): TokenStatus {
  if (blacklisted_id !== null) return succeeded ? 'rotated' : 'blacklisted'
  if (sessionRevoked) return 'blacklisted'
  return expired ? 'expired' : 'active'
}
