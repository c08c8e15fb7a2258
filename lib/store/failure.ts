import { BlacklistUnavailableError } from '../errors'

/** A database's error without the statement and its values, which Sequelize and the drivers put on theirs. */
export interface DatabaseFailure extends Error {
  code?: string | undefined
  errno?: number | undefined
}

/** Wraps what a driver or Sequelize threw. Its statement may hold a token (`storeTokens`), and errors are logged. */
export function unavailable(error: unknown): BlacklistUnavailableError {
  const { code, errno } = (error as { original?: DatabaseFailure }).original ?? (error as DatabaseFailure)
  const message = error instanceof Error ? error.message : String(error)
  const cause: DatabaseFailure = Object.assign(new Error(message), { code, errno })
  if (error instanceof Error) cause.name = error.name
  const advice = isMissingTable(cause) ? `. ${MISSING_TABLE}` : ''
  return new BlacklistUnavailableError(`The database failed: ${message}${advice}`, { cause })
}

const MISSING_TABLE = 'Make the tables: npx passport-jwt-blacklist init, npx sequelize db:migrate. Or name your own (tableNames).'

/** MySQL's ER_NO_SUCH_TABLE, PostgreSQL's undefined_table, SQLite's message. */
function isMissingTable({ code, message }: DatabaseFailure): boolean {
  return code === 'ER_NO_SUCH_TABLE' || code === '42P01' || /no such table/.test(message)
}

const TRANSIENT_CODES = new Set(['40001', '40P01', 'SQLITE_BUSY'])
/**
 * Deadlock, lock wait timeout, MariaDB's "record has changed since last read" (11.6+, snapshot isolation), and an auto-increment
 * that could not be read, as where many wait for locks.
 */
const TRANSIENT_ERRNOS = new Set([1213, 1205, 1020, 1467])
/** SQLite in memory has one connection, and another transaction is open on it. */
const NESTED = /cannot start a transaction within a transaction/

/** Whether the same transaction, begun anew, may succeed. */
export function isTransient(error: unknown): boolean {
  const cause = causeOf(error)
  if (!cause) return false
  const { code, errno, message } = cause
  return TRANSIENT_CODES.has(code ?? '') || TRANSIENT_ERRNOS.has(errno ?? 0) || NESTED.test(message)
}

/** MySQL's ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: with `binlog_format = STATEMENT` nobody can write at READ COMMITTED. */
export function isLevelRefused(error: unknown): boolean {
  return causeOf(error)?.errno === 1665
}

/** MySQL's ER_DUP_ENTRY. */
export function isDuplicate(error: unknown): boolean {
  return causeOf(error)?.errno === 1062
}

/** No such row for the foreign key, or not an id of its type: MySQL's and PostgreSQL's. */
const NO_SUCH_USER = new Set<string | number | undefined>([1452, 1264, 1265, 1366, 1406, '23503', '22P02', '22003', '22001'])

/** Whether a statement failed for a user id that the database does not know. */
export function isNoSuchUser(error: unknown): boolean {
  const cause = causeOf(error)
  return NO_SUCH_USER.has(cause?.errno) || NO_SUCH_USER.has(cause?.code)
}

function causeOf(error: unknown): DatabaseFailure | undefined {
  return error instanceof BlacklistUnavailableError ? (error.cause as DatabaseFailure | undefined) : undefined
}
