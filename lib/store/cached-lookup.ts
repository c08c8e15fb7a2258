import { LRUCache } from 'lru-cache'
import type { Lookup } from './lookup'

export interface CacheSettings {
  /** Seconds. */
  maxAge: number
  /** How many ids at the most. */
  max: number
}

/**
 * Remembers answers of a `Lookup` for `maxAge`, counted from before their query: so late another process's revocation may
 * count. One of this process's counts at once, over a query too that was already on its way.
 */
export class CachedLookup {
  readonly #lookup: Lookup
  readonly #answers: LRUCache<string, boolean>
  /** When ids were forgotten, by `performance.now()`. No answer older than that is remembered. */
  readonly #forgotten: LRUCache<string, number>
  #allForgotten = Number.NEGATIVE_INFINITY

  constructor(lookup: Lookup, { maxAge, max }: CacheSettings) {
    this.#lookup = lookup
    const limits = { max, ttl: Math.ceil(maxAge * 1000) }
    this.#answers = new LRUCache(limits)
    this.#forgotten = new LRUCache(limits)
  }

  /** @throws BlacklistUnavailableError where nobody can tell */
  async anyBlacklisted(ids: string[]): Promise<boolean> {
    const known = ids.map((id) => this.#answers.get(id))
    if (known.includes(true)) return true
    if (known.every((answer) => answer === false)) return false
    const start = performance.now()
    const blacklisted = await this.#lookup.blacklistedOf(ids)
    const forgotten = ids.filter((id) => this.#isForgottenSince(start, id))
    for (const id of ids) if (!forgotten.includes(id)) this.#answers.set(id, blacklisted.includes(id), { start })
    if (blacklisted.length > 0) return true
    return forgotten.length > 0 && this.#lookup.anyBlacklisted(ids)
  }

  /** After this call, this id is asked for anew. */
  forget(id: string): void {
    this.#answers.delete(id)
    this.#forgotten.set(id, performance.now())
  }

  /** After this call, every id is asked for anew. */
  forgetAll(): void {
    this.#answers.clear()
    this.#allForgotten = performance.now()
  }

  #isForgottenSince(start: number, id: string): boolean {
    return start <= this.#allForgotten || start <= (this.#forgotten.get(id) ?? Number.NEGATIVE_INFINITY)
  }
}
