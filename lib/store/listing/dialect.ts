/** The SQL of the listing in which the databases differ. */
export interface ListingDialect {
  /** A bound row id, compared as a number. */
  id(value: string): string
  /** A moment in a column as text in UTC: the same that a comparison with the column takes. */
  text(column: string): string
  /** Whether a text of ASCII has but digits and lower-case a to f. */
  isHex(column: string): string
  /** The rows of one user, byte for byte, by the index on the user. */
  isOfUser(value: string): string
  /** Their ids, compared by the same index. */
  idOfUser: string
  /** The order of these, by the same index. */
  orderOfUser(direction: 'ASC' | 'DESC'): string
}

const mysql: ListingDialect = {
  id: (value) => `CAST(${value} AS SIGNED)`,
  text: (column) => `CAST(${column} AS CHAR)`,
  // The column's collation may be one that ignores case.
  isHex: (column) => `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin NOT REGEXP '[^0-9a-f]'`,
  // A range: with `=`, MariaDB looks the user up and reads from the user's first row on, wherever the page begins.
  isOfUser: (value) => `o.user_id >= ${value} AND o.user_id <= ${value} AND CAST(o.user_id AS BINARY) = CAST(${value} AS BINARY)`,
  idOfUser: 'o.id',
  orderOfUser: (direction) => `o.user_id ${direction}, o.id ${direction}`,
}

const postgres: ListingDialect = {
  id: (value) => `CAST(${value} AS BIGINT)`,
  text: (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US +00:00')`,
  isHex: (column) => `${column} !~ '[^0-9a-f]'`,
  isOfUser: (value) => `o.user_id = ${value}`,
  // By `o.id` alone, it would walk along the primary key where it takes the user for a frequent one, however old the user's rows.
  idOfUser: '(o.id + 0)',
  orderOfUser: (direction) => `(o.id + 0) ${direction}`,
}

const sqlite: ListingDialect = {
  id: (value) => `CAST(${value} AS INTEGER)`,
  text: (column) => column,
  isHex: (column) => `${column} NOT GLOB '*[^0-9a-f]*'`,
  isOfUser: (value) => `o.user_id = ${value}`,
  idOfUser: 'o.id',
  orderOfUser: (direction) => `o.id ${direction}`,
}

const DIALECTS: Record<string, ListingDialect> = { mysql, postgres, sqlite }

export function listingDialect(name: string): ListingDialect {
  return DIALECTS[name] as ListingDialect
}

/** What `text` gave, as a Date. */
export function momentOf(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`)
}
