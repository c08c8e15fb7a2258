import type { Bound } from '../binding'
import type { Store } from '../store'
import { listingDialect } from './dialect'

/** A condition of a statement, as SQL; of the outstanding table as `o`, of the blacklisted one as `b`. */
export type Condition = (bound: Bound) => string

export function where(conditions: Condition[], bound: Bound): string {
  return `WHERE ${conditions.map((condition) => condition(bound)).join(' AND ')}`
}

/**
 * What the token's row among the blacklisted ones says; null where there is none. A subquery that gives a value, since the
 * planners make no join of it, which could read the whole other table.
 */
export function ownRow({ tables }: Store, column = 'b.id'): string {
  return `(SELECT ${column} FROM ${tables.blacklisted} b WHERE b.token_id = o.id)`
}

/** The blacklisted row of the session of a chain's member; null for any other jti. */
export function sessionsRow({ database, tables }: Store): string {
  return (
    `CASE WHEN SUBSTR(o.jti, 33, 1) = '.' THEN (SELECT b.id FROM ${tables.outstanding} s JOIN ${tables.blacklisted} b ` +
    `ON b.token_id = s.id WHERE ${database.dialect.equal('s.jti', 'SUBSTR(o.jti, 1, 32)')}) END`
  )
}

/** Whether it is a session's row. Django's own jtis have the same form, but it stores the tokens. */
export function sessionForm({ database, djangoTables }: Store): string {
  const form = `LENGTH(o.jti) = 32 AND ${listingDialect(database.dialectName).isHex('o.jti')}`
  return `${form}${djangoTables ? " AND o.token = ''" : ''}`
}
