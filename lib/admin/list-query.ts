import { isStorable } from '../claims'
import { isToken } from './pasted'

export const FILTERS = ['all', 'active', 'expired', 'blacklisted', 'sessions'] as const

export type Filter = (typeof FILTERS)[number]

/** What a list is asked for, as it stands in the query of its address. */
export interface ListQuery {
  filter: Filter
  by: 'jti' | 'user'
  /** What is searched for; empty: everything. */
  q: string
  cursor: string | undefined
}

export function listQueryOf(params: URLSearchParams): ListQuery {
  const filter = params.get('filter')
  return {
    filter: FILTERS.find((name) => name === filter) ?? 'all',
    by: params.get('by') === 'user' ? 'user' : 'jti',
    q: searchesToken(params) ? '' : searched(params),
    cursor: params.get('cursor') || undefined,
  }
}

/** Whether a token was pasted where an id belongs: the page, and each link on it, would show it. */
export function searchesToken(params: URLSearchParams): boolean {
  return isToken(searched(params))
}

function searched(params: URLSearchParams): string {
  return (params.get('q') ?? '').trim()
}

/** The query of an address, with its question mark; what is as by default is left out. */
export function queryText({ filter, by, q, cursor }: Partial<ListQuery>): string {
  const params = new URLSearchParams()
  if (filter !== undefined && filter !== 'all') params.set('filter', filter)
  if (q) {
    params.set('by', by ?? 'jti')
    params.set('q', q)
  }
  if (cursor !== undefined) params.set('cursor', cursor)
  return params.size > 0 ? `?${params}` : ''
}

/** The condition on a jti or a user; undefined where no row can meet it. */
export function conditionOf({ by, q }: ListQuery): { jti?: string; userId?: string } | undefined {
  if (q === '') return {}
  if (!isStorable(q)) return undefined
  return by === 'user' ? { userId: q } : { jti: q }
}
