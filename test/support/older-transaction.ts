import { Transaction } from 'sequelize'
import { beforeAll } from 'vitest'
import type { Fixture } from './blacklist'
import { DIALECTS } from './databases'

const { READ_UNCOMMITTED, ...LEVELS } = Transaction.ISOLATION_LEVELS

/** Each dialect with each isolation level that an app may choose; SQLite has but one. */
export const DIALECTS_AND_LEVELS = DIALECTS.flatMap((dialect) =>
  (dialect === 'sqlite' ? [undefined] : Object.values(LEVELS)).map((level) => [dialect, level] as const),
)

/** Hands out a transaction of the app's that began before `happens`, which is done outside of it; and commits it. */
export type Later = <T>(happens: () => Promise<unknown>, then: (transaction: Transaction) => Promise<T>) => Promise<T>

export function useOlderTransactions(db: Fixture, isolationLevel: Transaction.ISOLATION_LEVELS | undefined): Later {
  beforeAll(async () => {
    await db.sequelize.query('CREATE TABLE people (id INT)')
    // Otherwise nobody could write while the app reads.
    if (db.database.dialect === 'sqlite') await db.sequelize.query('PRAGMA journal_mode = WAL')
  })
  return async (happens, then) => {
    const transaction = await db.sequelize.transaction(isolationLevel && { isolationLevel })
    // With its first query it has its snapshot.
    await db.sequelize.query('SELECT * FROM people', { transaction })
    try {
      await happens()
      return await then(transaction)
    } finally {
      // What failed in it may have ended it.
      await transaction.commit().catch(() => {})
    }
  }
}
