import type { Transaction } from 'sequelize'
import type { Store } from './store'

/**
 * Whether any of these token ids is blacklisted: one indexed query.
 * @throws BlacklistUnavailableError where nobody can tell
 */
export async function anyBlacklisted(
  { database, tables }: Store,
  jtis: string[],
  transaction?: Transaction | null,
): Promise<boolean> {
  if (jtis.length === 0) return false
  const sql =
    `SELECT o.jti FROM ${tables.outstanding} o JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
    `WHERE o.jti IN (${jtis.map((_, index) => `$${index + 1}`).join(', ')})`
  const rows = await database.read((statements) => statements.select<{ jti: string }>(sql, jtis), transaction)
  // The table's collation may hold another jti for equal.
  return rows.some(({ jti }) => jtis.includes(jti))
}
