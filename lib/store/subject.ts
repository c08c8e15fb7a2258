import { isChain } from '../claims'
import type { Statements } from './database'
import { djangoUserOf } from './django'
import type { Store } from './store'

/** What the row of an id says. */
export interface Subject {
  /** Whose it is; null where nobody recorded that. */
  userId: string | null
  /** Whether it is a session's row. Django's own jtis have the same form, but it stores the tokens. */
  isSession: boolean
}

/** Of a row that this transaction has locked. */
export async function subjectOf(
  { database, tables, djangoTables }: Store,
  statements: Statements,
  jti: string,
): Promise<Subject> {
  const rows = await statements.select<{ jti: string; user_id: unknown; stored: unknown }>(
    `SELECT o.jti, o.user_id, CASE WHEN o.token <> '' THEN 1 ELSE 0 END AS stored FROM ${tables.outstanding} o ` +
      `WHERE o.jti = $1${database.dialect.lock('o')}`,
    [jti],
  )
  const row = rows.find((found) => found.jti === jti)
  const userId = row?.user_id == null ? null : String(row.user_id)
  return {
    userId: userId !== null && djangoTables ? djangoUserOf(userId) : userId,
    isSession: isChain(jti) && !(djangoTables && Number(row?.stored) === 1),
  }
}
