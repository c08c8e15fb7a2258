import type { Announce } from '../events'
import type { Keys } from '../keys'
import type { Settings } from '../options'
import type { Store } from '../store/store'

/** What a token class is bound to: one `TokenBlacklist`'s settings, keys and tables. */
export interface TokenContext {
  settings: Settings
  keys: Keys
  store: Store
  announce: Announce
}
