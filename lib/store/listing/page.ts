import { type Cursor, encodeCursor, isAscending, type Order, type Place } from './cursor'
import type { Page } from './types'

/** What one page looked at, in the order of the list. */
export interface Stretch<Entry extends Place = Place> {
  entries: Entry[]
  /** Beyond it, in the direction of the walk, nothing was looked at; null where the list ends. */
  edge: Place | null
}

/** The cursors on both sides of a stretch that began at the cursor `from`, or, where that is null, with the list. */
export function cursorsOf(order: Order, from: Cursor | null, { entries, edge }: Stretch): Pick<Page<never>, 'next' | 'previous'> {
  const encode = (towards: Cursor['towards'], place: Place | null | undefined) => {
    return place ? encodeCursor(order, { ...place, towards }) : null
  }
  if (from?.towards === 'previous') {
    return { next: encode('next', entries.at(-1) ?? counting(order, from)), previous: encode('previous', edge) }
  }
  return { next: encode('next', edge), previous: encode('previous', from && (entries[0] ?? counting(order, from))) }
}

/** The cursor's place so moved that a walk the other way begins with the row at it, which this one left out. */
function counting(order: Order, { id, expiry, towards }: Cursor): Place {
  const downwards = isAscending(order) === (towards === 'previous')
  return { id: String(BigInt(id) + (downwards ? -1n : 1n)), expiry }
}
