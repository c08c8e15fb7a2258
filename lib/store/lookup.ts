import DataLoader from 'dataloader'
import { BlacklistUnavailableError } from '../errors'
import { BatchSchedule } from './batch-schedule'
import type { Database } from './database'
import type { Tables } from './store'

/** How many checks share a query at the most. With more, the database and this process wait for each other by turns. */
const MAX_BATCH = 42

/** Asks whether tokens are blacklisted. All checks that wait at the same moment share one indexed query. */
export class Lookup {
  readonly #database: Database
  readonly #tables: Tables
  readonly #checks: DataLoader<string[], string[]>

  constructor(database: Database, tables: Tables) {
    this.#database = database
    this.#tables = tables
    const schedule = new BatchSchedule()
    this.#checks = new DataLoader((checks) => schedule.run(() => this.#answers(checks)), {
      cache: false,
      maxBatchSize: MAX_BATCH,
      batchScheduleFn: (start) => schedule.add(start),
    })
  }

  /**
   * Which of a token's ids are blacklisted, by a query that starts after this call.
   * @throws BlacklistUnavailableError where nobody can tell
   */
  blacklistedOf(ids: string[]): Promise<string[]> {
    return this.#checks.load(ids)
  }

  /**
   * Whether any of a token's ids is blacklisted.
   * @throws BlacklistUnavailableError where nobody can tell
   */
  async anyBlacklisted(ids: string[]): Promise<boolean> {
    return (await this.blacklistedOf(ids)).length > 0
  }

  async #answers(checks: readonly string[][]): Promise<string[][]> {
    const ids = [...new Set(checks.flat())]
    const blacklisted = await this.#blacklistedAmong(ids)
    return checks.map((check) => (blacklisted.size === 0 ? [] : check.filter((id) => blacklisted.has(id))))
  }

  async #blacklistedAmong(ids: string[]): Promise<Set<string>> {
    const { outstanding, blacklisted } = this.#tables
    const bind = padded(ids)
    const sql =
      `SELECT o.jti FROM ${outstanding} o JOIN ${blacklisted} b ON b.token_id = o.id ` +
      `WHERE o.jti IN (${bind.map((_, index) => `$${index + 1}`).join(', ')})`
    const rows = await this.#database.read((statements) => statements.select<{ jti: unknown }>(sql, bind))
    return new Set(rows.map(({ jti }) => jtiOfRow(jti)))
  }
}

/** To the next power of two, by the last id again: each length is a prepared statement of its own, on every connection. */
function padded(ids: string[]): string[] {
  const length = 2 ** Math.ceil(Math.log2(ids.length))
  return [...ids, ...new Array<string>(length - ids.length).fill(ids.at(-1) as string)]
}

/**
 * Options of the driver, such as `rowsAsArray`, give rows other forms; one that is not understood must not let a token pass. That the
 * table's collation may hold another jti for equal is no matter: answers are by the jti that the row has.
 */
function jtiOfRow(jti: unknown): string {
  if (typeof jti !== 'string') throw new BlacklistUnavailableError('The rows have another form: look at dialectOptions')
  return jti
}
