/** The SQL of the listing in which the databases differ. */
export interface ListingDialect {
  /** A bound row id, compared as a number. */
  id(value: string): string
  /** A moment in a column as text in UTC: the same that a comparison with the column takes. */
  text(column: string): string
  /** Whether a text of ASCII has but digits and lower-case a to f. */
  isHex(column: string): string
  /** Orders by id, but not along the primary key: the rows of one user are few, and their index finds them. */
  sortById(column: string): string
}

const mysql: ListingDialect = {
  id: (value) => `CAST(${value} AS SIGNED)`,
  text: (column) => `CAST(${column} AS CHAR)`,
  // The column's collation may be one that ignores case.
  isHex: (column) => `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin NOT REGEXP '[^0-9a-f]'`,
  sortById: (column) => column,
}

const postgres: ListingDialect = {
  id: (value) => `CAST(${value} AS BIGINT)`,
  text: (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US +00:00')`,
  isHex: (column) => `${column} !~ '[^0-9a-f]'`,
  // Where it takes the user for a frequent one, it would walk along the primary key until it has met enough of the user's rows.
  sortById: (column) => `(${column} + 0)`,
}

const sqlite: ListingDialect = {
  id: (value) => `CAST(${value} AS INTEGER)`,
  text: (column) => column,
  isHex: (column) => `${column} NOT GLOB '*[^0-9a-f]*'`,
  sortById: (column) => column,
}

const DIALECTS: Record<string, ListingDialect> = { mysql, postgres, sqlite }

export function listingDialect(name: string): ListingDialect {
  return DIALECTS[name] as ListingDialect
}

/** What `text` gave, as a Date. */
export function momentOf(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`)
}
