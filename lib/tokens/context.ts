import type { Announce } from '../events'
import type { Keys } from '../keys'
import type { Settings } from '../options'
import type { Lookup } from '../store/lookup'
import type { Store } from '../store/store'

/** What a token class is bound to: one `TokenBlacklist`'s settings, keys and tables. */
export interface TokenContext {
  settings: Settings
  keys: Keys
  store: Store
  lookup: Lookup
  announce: Announce
}
