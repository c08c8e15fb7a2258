import type { Models } from '../../models'
import type { CachedLookup } from './cached-lookup'
import type { Database } from './database'

/** What every statement of the store needs. */
export interface Store {
  database: Database
  tables: Tables
  /** What remembers answers, and has to be told of every revocation. */
  cache?: CachedLookup | undefined
  /** Whether Django made the tables: `user_id` refers to its users, `token` is not null, `expires_at` has no index. */
  djangoTables: boolean
}

/** A number; on PostgreSQL a string of digits. */
export type RowId = number | string

/** The tables' names, quoted. */
export interface Tables {
  outstanding: string
  blacklisted: string
}

export function tablesOf({ OutstandingToken, BlacklistedToken }: Models): Tables {
  const quote = (model: Models[keyof Models]): string => {
    const sequelize = model.sequelize as unknown as { getQueryInterface(): { quoteIdentifiers(name: unknown): string } }
    return sequelize.getQueryInterface().quoteIdentifiers(model.tableName)
  }
  return { outstanding: quote(OutstandingToken), blacklisted: quote(BlacklistedToken) }
}
