import type { Sequelize } from 'sequelize'

/** The SQL in which the databases differ. */
export interface Dialect {
  /**
   * Begins a transaction that does not wait for ever for a lock; on PostgreSQL it also ends where the network lost the client. It
   * sees what was committed before each of its statements where asked to, and on PostgreSQL always.
   */
  begin(seconds: number, readCommitted: boolean): string[]
  /** Undoes after its end what `begin` changed for the connection. */
  afterEnd: string[]
  /** The database's time, in UTC. */
  now: string
  /** The database's time, that many seconds ago. */
  ago(seconds: number): string
  /** Seconds since the epoch, of a moment in a column. */
  epoch(column: string): string
  /** Seconds since a moment in a column, on the database's clock. */
  age(column: string): string
  /** Locks what is read. */
  lock(table: string): string
  /** Whether such a lock shows what was committed at every isolation level. */
  lockShowsCommitted: boolean
  /** The later of two moments. */
  latest(column: string, value: string): string
  /** What an insert that finds its row there would have put into a column. */
  given(column: string): string
  /** Compares strings byte for byte, whatever the column's collation, with the help of its index. */
  equal(column: string, value: string): string
  /** Ends an insert that may find its row there already, and then changes that row. */
  onConflictUpdate(key: string, column: string, value: string): string
  /** Ends an insert that may find its row there already, and then leaves it. Errors of any other kind stay errors. */
  onConflictNothing(key: string, column: string): string
  /** Ends an insert of which the caller must know whether it found its row there already: it inserts none, or fails. */
  onConflictTell(key: string): string
  /** Checks the foreign keys now that would be checked at the commit, as Django makes them. */
  checkNow?: string
  /**
   * Asks for the transaction's level, where a lock does not show what was committed since at REPEATABLE READ and above. On SQLite whoever
   * read before others wrote cannot lock or write at all.
   */
  isolation?: string
}

const mysql: Dialect = {
  begin: (seconds, readCommitted) => [
    `SET @passport_jwt_blacklist = @@innodb_lock_wait_timeout, innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(seconds))}`,
    ...(readCommitted ? ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED'] : []),
    'START TRANSACTION',
  ],
  afterEnd: ['SET innodb_lock_wait_timeout = @passport_jwt_blacklist'],
  now: 'UTC_TIMESTAMP(6)',
  ago: (seconds) => `(UTC_TIMESTAMP(6) - INTERVAL ${seconds} SECOND)`,
  epoch: (column) => `TIMESTAMPDIFF(SECOND, '1970-01-01', ${column})`,
  age: (column) => `TIMESTAMPDIFF(MICROSECOND, ${column}, UTC_TIMESTAMP(6)) / 1000000`,
  lock: () => ' FOR UPDATE',
  lockShowsCommitted: true,
  latest: (column, value) => `GREATEST(${column}, ${value})`,
  // MySQL's row alias, which it prefers by now, is unknown to MariaDB.
  given: (column) => `VALUES(${column})`,
  equal: (column, value) => `${column} = ${value} AND CAST(${column} AS BINARY) = CAST(${value} AS BINARY)`,
  onConflictUpdate: (_key, column, value) => ` ON DUPLICATE KEY UPDATE ${column} = ${value}`,
  onConflictNothing: (_key, column) => ` ON DUPLICATE KEY UPDATE ${column} = ${column}`,
  // The number of rows that ON DUPLICATE KEY reports depends on a flag of the connection.
  onConflictTell: () => '',
}

const sqlStandard = {
  given: (column: string) => `excluded.${column}`,
  equal: (column: string, value: string) => `${column} = ${value}`,
  onConflictUpdate: (key: string, column: string, value: string) => {
    return ` ON CONFLICT (${key}) DO UPDATE SET ${column.slice(column.lastIndexOf('.') + 1)} = ${value}`
  },
  onConflictNothing: (key: string) => ` ON CONFLICT (${key}) DO NOTHING`,
  // On PostgreSQL an insert that fails ends the transaction.
  onConflictTell: (key: string) => ` ON CONFLICT (${key}) DO NOTHING`,
}

const postgres: Dialect = {
  ...sqlStandard,
  begin: (seconds) => {
    const limit = Math.ceil(seconds * 1000)
    // Each statement sees what is committed by then, whatever the default: a lock that was waited for is of use only so.
    return [
      `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${limit}; SET LOCAL idle_in_transaction_session_timeout = ${2 * limit}`,
    ]
  },
  afterEnd: [],
  now: 'clock_timestamp()',
  ago: (seconds) => `(clock_timestamp() - INTERVAL '${seconds} seconds')`,
  epoch: (column) => `EXTRACT(EPOCH FROM ${column})`,
  age: (column) => `EXTRACT(EPOCH FROM clock_timestamp() - ${column})`,
  lock: (table) => ` FOR UPDATE OF ${table}`,
  lockShowsCommitted: false,
  isolation: "SELECT current_setting('transaction_isolation') AS level",
  checkNow: 'SET CONSTRAINTS ALL IMMEDIATE',
  latest: (column, value) => `GREATEST(${column}, ${value})`,
}

const sqlite: Dialect = {
  ...sqlStandard,
  begin: () => ['BEGIN IMMEDIATE'],
  afterEnd: [],
  now: "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')",
  ago: (seconds) => `strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-${seconds} seconds')`,
  epoch: (column) => `CAST(strftime('%s', ${column}) AS INTEGER)`,
  age: (column) => `(julianday('now') - julianday(${column})) * 86400`,
  lock: () => '',
  lockShowsCommitted: false,
  latest: (column, value) => `MAX(${column}, ${value})`,
}

const DIALECTS: Partial<Record<string, Dialect>> = { mysql, postgres, sqlite }

/** @throws TypeError for a dialect that this package has no SQL for */
export function dialectOf(sequelize: Sequelize): Dialect {
  const name = sequelize.getDialect()
  const dialect = DIALECTS[name]
  if (!dialect) {
    throw new TypeError(`sequelize must have the dialect mysql (for MariaDB too), postgres or sqlite; got ${name}`)
  }
  return dialect
}
