import { utcText } from '../../../models'
import type { Statements } from '../database'
import type { Store } from '../store'
import { asCount, COUNT_CAP, type Counted, countAlong } from './count'
import { listingDialect, momentOf } from './dialect'
import { planOf } from './search'
import type { ExpiringDay, OutstandingFilter, Overview } from './types'

const DAYS = 14
const DAY = 86_400_000

/** @see Listing.overview */
export async function overview(store: Store, { now, flushMargin }: { now: Date; flushMargin: number }): Promise<Overview> {
  const before = new Date(now.getTime() - flushMargin * 1000)
  return store.database.read(async (statements) => {
    const count = async (filter: OutstandingFilter, moment = now) => {
      const plan = planOf(store, { filter }, moment)
      return plan ? countAlong(store, statements, plan) : { count: 0, capped: false }
    }
    return {
      outstanding: await count('all'),
      blacklisted: await count('blacklisted'),
      expired: await count('expired'),
      waiting: await count('expired', before),
      oldestExpired: await oldestExpired(store, statements, before),
      expiring: await expiring(store, statements, now),
    }
  })
}

async function oldestExpired({ database, tables }: Store, statements: Statements, before: Date): Promise<Date | null> {
  const { text } = listingDialect(database.dialectName)
  const [oldest] = await statements.select<{ expires: string }>(
    `SELECT ${text('o.expires_at')} AS expires FROM ${tables.outstanding} o WHERE o.expires_at <= $1 ORDER BY o.expires_at LIMIT 1`,
    [utcText(before, database.dialectName)],
  )
  return oldest ? momentOf(oldest.expires) : null
}

async function expiring({ database, tables }: Store, statements: Statements, now: Date): Promise<ExpiringDay[]> {
  const today = Math.floor(now.getTime() / DAY) * DAY
  const days: ExpiringDay[] = []
  for (let n = 0; n < DAYS; n++) {
    const day = new Date(today + n * DAY)
    const first = n === 0 ? now : day
    const rows = await statements.select<Counted>(
      `SELECT COUNT(*) AS seen, COUNT(*) AS matches FROM (SELECT o.id FROM ${tables.outstanding} o ` +
        `WHERE o.expires_at > $1 AND o.expires_at <= $2 ORDER BY o.expires_at LIMIT ${COUNT_CAP + 1}) o`,
      [utcText(first, database.dialectName), utcText(new Date(today + (n + 1) * DAY), database.dialectName)],
    )
    days.push({ day, ...asCount(rows) })
  }
  return days
}
