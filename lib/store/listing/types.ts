/**
 * What has become of a token. `blacklisted`: it is refused, since its own row or its session's is blacklisted. `rotated`: a
 * blacklisted refresh token whose successor is recorded. Both before `expired`: a blacklisted token that has expired too is
 * still `blacklisted`.
 */
export type TokenStatus = 'active' | 'expired' | 'rotated' | 'blacklisted'

/** What the form of a jti tells: a session's row, a refresh token of a chain, or anything else. */
export type TokenKind = 'session' | 'refresh' | 'other'

/** A row of the outstanding tokens, and what the blacklisted ones say about it. Never the encoded token. */
export interface ListedToken {
  /** The row's, in digits. */
  id: string
  jti: string
  /** As tokens name the user; null where there is none. */
  userId: string | null
  createdAt: Date | null
  expiresAt: Date
  kind: TokenKind
  status: TokenStatus
  /** Null where the token has no row of its own among the blacklisted ones. */
  blacklistedAt: Date | null
  /** The id of that row, in digits. */
  blacklistedId: string | null
  /** Whether the session that the token belongs to is blacklisted. Of a session's own row, see `blacklistedId`: here it is false. */
  sessionRevoked: boolean
}

/**
 * One page. It may have fewer rows than its limit, or none, though there are more: where not each entry of the index that is
 * walked along is a match (`active`, `sessions`, and whatever is asked of one user but `all`), a page ends after 2,000 entries,
 * and its cursor goes on from there. There is more as long as there is a cursor.
 */
export interface Page<T> {
  rows: T[]
  /** The cursor of the page after this one; null on the last. */
  next: string | null
  /** The cursor of the page before this one; null on the first. */
  previous: string | null
}

/**
 * `active`: neither expired nor refused, so without the tokens of a revoked session. `expired`: blacklisted or not.
 * `blacklisted`: with a row of their own there. `sessions`: the rows of sessions, in any state.
 */
export type OutstandingFilter = 'all' | 'active' | 'expired' | 'blacklisted' | 'sessions'

/** Byte for byte; what no column could hold matches nothing. */
export interface TokenSearch {
  jti?: string | undefined
  userId?: string | undefined
}

export interface PageOptions {
  /** `next` or `previous` of a page with the same filter. */
  cursor?: string | undefined
  /** How many rows at the most, from 1 to 500. */
  limit: number
}

export interface OutstandingSearch extends TokenSearch {
  filter: OutstandingFilter
}

/**
 * How many there are: exactly, or, where `capped`, that many at least. A count goes up to 5,000; where not each entry of the
 * index is a match, it looks at 2,000, and so may be capped at any number.
 */
export interface CappedCount {
  count: number
  capped: boolean
}

export interface ExpiringDay extends CappedCount {
  /** Its first moment, in UTC. */
  day: Date
}

export interface Overview {
  outstanding: CappedCount
  blacklisted: CappedCount
  expired: CappedCount
  /** Expired for longer than the flush margin, so the next flush deletes them. */
  waiting: CappedCount
  /** When the oldest of the waiting expired: since then, and the margin, a flush has been owed. */
  oldestExpired: Date | null
  /** How many expire on each of 14 days, today first, from now on. */
  expiring: ExpiringDay[]
}

export interface TableSize {
  table: string
  /** The database's estimate. */
  rows: number
  /** With its indexes; null where the database does not tell. */
  bytes: number | null
}

/**
 * What the tables hold, for those who run the app: reads alone. Each statement looks at a bounded number of index entries,
 * however large the tables are; but on PostgreSQL, where the index on the user does not hold the ids, at all of the one user that
 * is asked for.
 *
 * Each rejects with `BlacklistUnavailableError` (status 503) where the database fails or takes longer than `checkTimeout`.
 */
export interface Listing {
  /**
   * In this order:
   * - `all`, `sessions`: the youngest first, by id;
   * - `active`: those that expire last first; of one user, and of Django's tables, the youngest first;
   * - `expired`: those that expired first first; of one user, and of Django's tables, the oldest first, by id;
   * - `blacklisted`: as `listBlacklisted`.
   * @throws CursorError (status 400) for a cursor that is none, or belongs to another order
   * @throws TypeError for a limit or filter that is none
   */
  listOutstanding(query: OutstandingSearch & PageOptions): Promise<Page<ListedToken>>
  /**
   * Those blacklisted last first; of one user, the youngest token first. The same as `listOutstanding` with the filter
   * `blacklisted`.
   */
  listBlacklisted(query: TokenSearch & PageOptions): Promise<Page<ListedToken>>
  countOutstanding(query: OutstandingSearch): Promise<CappedCount>
  countBlacklisted(query: TokenSearch): Promise<CappedCount>
  /** Of Django's tables, which have no index on the expiry, from the 2,000 oldest and the 2,000 youngest tokens alone. */
  overview(): Promise<Overview>
  /** @throws BlacklistUnavailableError where a table is missing, too */
  tableSizes(): Promise<TableSize[]>
}
