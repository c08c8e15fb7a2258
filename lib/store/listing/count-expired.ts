import { utcText } from '../../../models'
import { binding } from '../binding'
import type { Cutoff } from '../flush'
import type { Store } from '../store'
import { type Condition, where } from './condition'
import type { Cursor } from './cursor'
import { pathOf } from './path'
import type { Plan } from './search'
import { windowOf } from './walk'

/**
 * Counts what a flush would delete now, exactly, and a few thousand rows at a time: how many there are so far, the last time how many
 * there are.
 */
export async function* countExpired(store: Store, cutoff: Cutoff): AsyncGenerator<number> {
  const plan = planOf(store, cutoff)
  let counted = 0
  let from: Cursor | null = null
  do {
    const stretch = await countFrom(store, plan, from)
    counted += stretch.matches
    from = stretch.next
    yield counted
  } while (from)
}

/** By the index on the expiry; Django's tables, which have none, from the first row to the last. */
function planOf({ database, djangoTables }: Store, { before, margin }: Cutoff): Plan {
  const expired: Condition = (bound) => {
    return `o.expires_at < ${bound(utcText(before, database.dialectName))} AND o.expires_at < ${database.dialect.ago(margin)}`
  }
  return djangoTables
    ? { order: 'oldest', ofUser: false, indexed: [], filter: [expired] }
    : { order: 'expired', ofUser: false, indexed: [expired], filter: [] }
}

/** @returns `next`: where the rest begins; null where there is none */
function countFrom(store: Store, plan: Plan, from: Cursor | null): Promise<{ matches: number; next: Cursor | null }> {
  const path = pathOf(store, plan, from)
  return store.database.read(async (statements) => {
    const edge = await windowOf(statements, path)
    const { bind, bound } = binding()
    const conditions = where([...path.start, ...(edge ? [path.until(edge)] : []), ...plan.filter], bound)
    const [row] = await statements.select<{ matches: number | string }>(
      `SELECT COUNT(*) AS matches FROM ${path.table} ${conditions}`,
      bind,
    )
    return { matches: Number(row?.matches), next: edge && { ...edge, towards: 'next' } }
  })
}
