import { BlacklistUnavailableError } from '../errors'
import type { Store } from './store'

/**
 * Whether any of these token ids is blacklisted: one indexed query.
 * @throws BlacklistUnavailableError where nobody can tell
 */
export async function anyBlacklisted({ database, tables }: Store, ids: string[]): Promise<boolean> {
  const sql =
    `SELECT o.jti FROM ${tables.outstanding} o JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
    `WHERE o.jti IN (${ids.map((_, index) => `$${index + 1}`).join(', ')})`
  const rows = await database.read((statements) => statements.select<{ jti: unknown }>(sql, ids))
  return rows.some(({ jti }) => {
    // Options of the driver, such as `rowsAsArray`, give rows other forms; one that is not understood must not let a token pass.
    if (typeof jti !== 'string') throw new BlacklistUnavailableError('The rows have another form: look at dialectOptions')
    // The table's collation may hold another jti for equal.
    return ids.includes(jti)
  })
}
