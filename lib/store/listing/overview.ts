import { utcText } from '../../../models'
import type { Statements } from '../database'
import type { Store } from '../store'
import type { Condition } from './condition'
import { tokensOf } from './rows'
import { type Plan, planOfAll } from './search'
import type { ExpiringDay, OutstandingFilter, Overview } from './types'
import { count, walk } from './walk'

const DAYS = 14
const DAY = 86_400_000

/** @see Listing.overview */
export async function overview(store: Store, { now, flushMargin }: { now: Date; flushMargin: number }): Promise<Overview> {
  const before = new Date(now.getTime() - flushMargin * 1000)
  return store.database.read(async (statements) => {
    const countAll = (filter: OutstandingFilter, moment = now) => count(store, statements, planOfAll(store, filter, moment))
    return {
      outstanding: await countAll('all'),
      blacklisted: await countAll('blacklisted'),
      expired: await countAll('expired'),
      waiting: await countAll('expired', before),
      oldestExpired: await oldestExpired(store, statements, before),
      expiring: await expiring(store, statements, now),
    }
  })
}

async function oldestExpired(store: Store, statements: Statements, before: Date): Promise<Date | null> {
  const { entries } = await walk(store, statements, planOfAll(store, 'expired', before), { from: null, limit: 1 })
  const [token] = await tokensOf(
    store,
    statements,
    entries.map(({ tokenId }) => tokenId),
    before,
  )
  return token?.expiresAt ?? null
}

async function expiring(store: Store, statements: Statements, now: Date): Promise<ExpiringDay[]> {
  const today = Math.floor(now.getTime() / DAY) * DAY
  const days: ExpiringDay[] = []
  for (let n = 0; n < DAYS; n++) {
    const day = new Date(today + n * DAY)
    const end = utcText(new Date(today + (n + 1) * DAY), store.database.dialectName)
    // Today, what has expired by now is over.
    const begin = utcText(n === 0 ? now : day, store.database.dialectName)
    const within: Condition = (bound) => {
      return `o.expires_at ${n === 0 ? '>' : '>='} ${bound(begin)} AND o.expires_at < ${bound(end)}`
    }
    days.push({ day, ...(await count(store, statements, planOf(store, within))) })
  }
  return days
}

/** Django's tables have no index on the expiry: there, of the youngest tokens. */
function planOf({ djangoTables }: Store, within: Condition): Plan {
  return djangoTables
    ? { order: 'youngest', ofUser: false, indexed: [], filter: [within] }
    : { order: 'expired', ofUser: false, indexed: [within], filter: [] }
}
