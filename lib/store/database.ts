import { randomUUID } from 'node:crypto'
import { retryAsPromised } from 'retry-as-promised'
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'
import { BlacklistUnavailableError } from '../errors'
import {
  boundConnecting,
  type Connection,
  type ConnectionManager,
  connectionManagerOf,
  cut,
  discardConnection,
  releaseConnection,
} from './connecting'
import { type Dialect, dialectOf } from './dialect'
import { isLevelRefused, isTransient, unavailable } from './failure'
import { Outage } from './outage'
import { TimeLimit } from './time-limit'
import { takeTurns } from './turns'

/** Statements on one connection. Each rejects with `BlacklistUnavailableError`, whatever the database threw. */
export interface Statements {
  /** Whether the transaction is the app's, and may see what was committed before it began alone. */
  readonly ofApp: boolean
  /** Calls back once the transaction has ended; the app's, once it is committed. */
  afterEnd(callback: () => void): void
  select<Row extends object>(sql: string, bind?: unknown[]): Promise<Row[]>
  /** @returns how many rows it inserted, changed or deleted */
  change(sql: string, bind?: unknown[], options?: { secret?: boolean }): Promise<number>
}

type Work<T> = (statements: Statements) => Promise<T>

/** Enough for any storm of deadlocks that the time limit lets live. */
const MAX_ATTEMPTS = 50

/**
 * The app's Sequelize instance as this package uses it. Every statement goes to the primary, stays out of a transaction that
 * CLS holds, and has `checkTimeout` to be done. What times out has its socket cut: a promise that is merely given up
 * would keep its connection, and a network that is silent for a while would fill the pool for good.
 */
export class Database {
  readonly dialect: Dialect
  readonly dialectName: string
  readonly outage = new Outage()
  readonly #sequelize: Sequelize
  readonly #manager: ConnectionManager
  readonly #seconds: number
  #refusesReadCommitted = false
  /** Connections on which nobody knows whether a transaction is open. */
  readonly #broken = new WeakSet<Connection>()

  /** @param seconds the time limit of one operation */
  constructor(sequelize: Sequelize, seconds: number) {
    this.dialect = dialectOf(sequelize)
    this.dialectName = sequelize.getDialect()
    this.#sequelize = sequelize
    this.#manager = connectionManagerOf(sequelize)
    this.#seconds = seconds
    boundConnecting(sequelize, Math.ceil(seconds * 1000))
  }

  /** Reads what is committed now. */
  read<T>(work: Work<T>): Promise<T> {
    return this.#withinLimit((limit) => {
      return this.#onConnection(limit, 'default', (connection) => work(this.#statements({ connection }, { limit })))
    })
  }

  /** All or nothing: in a transaction of its own, begun anew after a deadlock or the like, or in the given one. */
  write<T>(work: Work<T>, transaction?: Transaction | null): Promise<T> {
    if (!transaction) return this.#writeAlone(work, false)
    assertOpen(transaction)
    const afterEnd = (callback: () => void) => outermost(transaction).afterCommit(callback)
    return work(this.#statements(transaction, { afterEnd, ofApp: true }))
  }

  /** As `write`, but for what reads many rows: at READ COMMITTED, where the database lets us. InnoDB then locks no gaps beside them. */
  async writeMany<T>(work: Work<T>, transaction?: Transaction | null): Promise<T> {
    if (transaction) return this.write(work, transaction)
    if (!this.#refusesReadCommitted) {
      try {
        return await this.#writeAlone(work, true)
      } catch (error) {
        if (!isLevelRefused(error)) throw error
        this.#refusesReadCommitted = true
      }
    }
    return this.#writeAlone(work, false)
  }

  #writeAlone<T>(work: Work<T>, readCommitted: boolean): Promise<T> {
    return this.#withinLimit((limit) =>
      takeTurns(this.#sequelize, () =>
        this.#onConnection(limit, randomUUID(), (connection) => this.#transact(connection, { limit, readCommitted, work })),
      ),
    )
  }

  async #withinLimit<T>(attempt: (limit: TimeLimit) => Promise<T>): Promise<T> {
    const since = performance.now()
    const limit = new TimeLimit(this.#seconds)
    const again = (error: unknown) => !limit.expired && isTransient(error)
    try {
      const result = await limit.race(
        retryAsPromised(() => attempt(limit), {
          max: MAX_ATTEMPTS,
          match: again,
          backoffBase: 5,
          backoffExponent: 1.3,
          backoffJitter: 5,
        }),
      )
      this.outage.succeeded()
      return result
    } catch (error) {
      if (error instanceof BlacklistUnavailableError) this.outage.failed(since)
      throw error
    } finally {
      limit.clear()
    }
  }

  async #onConnection<T>(limit: TimeLimit, uuid: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (limit.expired) throw new BlacklistUnavailableError('The time was up before there was a connection')
    const connection = await this.#acquire(limit, uuid)
    const working = work(connection)
    try {
      return await limit.race(working)
    } finally {
      if (limit.expired || this.#broken.has(connection)) this.#giveUp(connection, working)
      else releaseConnection(this.#sequelize, connection)
    }
  }

  async #acquire(limit: TimeLimit, uuid: string): Promise<Connection> {
    const acquiring = this.#manager.getConnection({ type: 'SELECT', useMaster: true, uuid })
    try {
      const connection = await limit.race(acquiring)
      // SQLite keeps a connection for each id, and closes it on release where it bears one.
      if (uuid !== 'default') connection.uuid = uuid
      return connection
    } catch (error) {
      acquiring.then(
        (late) => releaseConnection(this.#sequelize, late),
        () => {},
      )
      throw error instanceof BlacklistUnavailableError ? error : unavailable(error)
    }
  }

  #giveUp(connection: Connection, working: Promise<unknown>): void {
    cut(connection)
    const discard = () => discardConnection(this.#sequelize, connection)
    working.then(discard, discard)
  }

  async #transact<T>(
    connection: Connection,
    { limit, readCommitted, work }: { limit: TimeLimit; readCommitted: boolean; work: Work<T> },
  ): Promise<T> {
    // Sequelize marks the object as finished after a deadlock, and then refuses every statement on it.
    const control = this.#statements({ connection })
    const orBroken = (statement: string) => control.change(statement).catch(() => this.#broken.add(connection))
    try {
      for (const statement of this.dialect.begin(this.#seconds, readCommitted)) await control.change(statement)
    } catch (error) {
      for (const statement of this.dialect.afterEnd) await orBroken(statement)
      throw error
    }
    const callbacks: (() => void)[] = []
    try {
      const result = await work(this.#statements({ connection }, { limit, afterEnd: (callback) => callbacks.push(callback) }))
      if (limit.expired) throw new BlacklistUnavailableError('The time was up before the commit')
      await control.change('COMMIT')
      return result
    } catch (error) {
      await orBroken('ROLLBACK')
      throw error
    } finally {
      for (const callback of callbacks) callback()
      for (const statement of this.dialect.afterEnd) await orBroken(statement)
    }
  }

  #statements(
    transaction: Transaction | { connection: Connection },
    { limit, ofApp = false, afterEnd = () => {} }: Partial<Statements> & { limit?: TimeLimit } = {},
  ): Statements {
    const query = async (sql: string, type: QueryTypes, bind: unknown[] | undefined, secret = false): Promise<unknown> => {
      if (limit?.expired) throw new BlacklistUnavailableError('The time was up before the statement')
      try {
        return await this.#sequelize.query(sql, {
          type,
          ...(bind && { bind }),
          ...(secret && { logging: false }),
          transaction: transaction as Transaction,
          plain: false,
          nest: false,
          // The whole transaction is repeated, or nothing.
          retry: { max: 1 },
          // Spares SQLite a look at the tables' columns before each read.
          tableNames: [],
        } as object)
      } catch (error) {
        throw unavailable(error)
      }
    }
    return {
      ofApp,
      afterEnd,
      select: async <Row extends object>(sql: string, bind?: unknown[]) => (await query(sql, QueryTypes.SELECT, bind)) as Row[],
      change: async (sql, bind, { secret } = {}) => (await query(sql, QueryTypes.BULKUPDATE, bind, secret)) as number,
    }
  }
}

/** @throws TypeError for what is no transaction, or one that is over: nothing is wrong with the database then */
function assertOpen(transaction: Transaction & { finished?: string }): void {
  if (typeof transaction.afterCommit !== 'function') throw new TypeError('transaction must be a Sequelize transaction')
  if (transaction.finished) throw new TypeError(`transaction must be open; it is over (${transaction.finished})`)
}

/** A savepoint is committed with the transaction around it. */
function outermost(transaction: Transaction): Transaction {
  const { parent } = transaction as { parent?: Transaction | null }
  return parent ? outermost(parent) : transaction
}
