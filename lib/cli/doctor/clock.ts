import type { Store } from '../../store/store'
import { lasting } from '../words'
import { type Finding, ok, wrong } from './finding'

/** How far apart they may be, in seconds: as far as a refresh token may be shown again, by default. */
const APART = 10

/** Compares the database's clock with this machine's, which asked at one moment and had the answer at another. */
export async function checkClock({ database }: Store): Promise<Finding> {
  const { dialect } = database
  const asked = Date.now() / 1000
  const [row] = await database.read((statements) =>
    statements.select<{ now: number | string }>(`SELECT ${dialect.epoch(dialect.now)} AS now`),
  )
  const answered = Date.now() / 1000
  const now = Number(row?.now)
  const apart = Math.max(asked - 1 - now, now - answered - 1, 0)
  if (apart <= APART) return ok('clock', "this machine's and the database's agree")
  return wrong(
    'clock',
    `the database's clock is ${lasting(apart)} ${now > answered ? 'ahead of' : 'behind'} this machine's`,
    'Have both set by NTP (timedatectl says whether this one is). Tokens are dated by the apps, and blacklisted by the time of the database.',
  )
}
