import type { Store } from '../store'
import { countOutstanding } from './count'
import { listOutstanding } from './outstanding'
import { overview } from './overview'
import { tableSizes } from './sizes'
import type { Listing } from './types'

export interface ListingSettings {
  /** The app's, in milliseconds since the epoch. */
  clock: () => number
  /** Seconds, as the flush takes it. */
  flushMargin: number
}

export function listingOf(store: Store, { clock, flushMargin }: ListingSettings): Listing {
  const now = () => new Date(clock())
  return {
    listOutstanding: async (query) => listOutstanding(store, query, now()),
    listBlacklisted: async (query) => listOutstanding(store, { ...query, filter: 'blacklisted' }, now()),
    countOutstanding: async (query) => countOutstanding(store, query, now()),
    countBlacklisted: async (query) => countOutstanding(store, { ...query, filter: 'blacklisted' }, now()),
    overview: async () => overview(store, { now: now(), flushMargin }),
    tableSizes: async () => tableSizes(store),
  }
}
