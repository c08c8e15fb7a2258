import type { Sequelize } from 'sequelize'
import type { TokenBlacklistOptions } from '../../lib'
import type { Fixture } from './blacklist'

/** Holds the answers of statements back, as a slow network would: those whose text matches, until they are let go. */
export function holdAnswers(sequelize: Sequelize, matching: RegExp) {
  const query = sequelize.query.bind(sequelize) as (...args: unknown[]) => Promise<unknown>
  let letGo: () => void = () => {}
  let gate: Promise<void> | undefined
  let arrived: () => void = () => {}
  Object.assign(sequelize, {
    query: async (...args: unknown[]) => {
      const answer = await query(...args)
      if (gate && matching.test(String(args[0]))) {
        arrived()
        await gate
      }
      return answer
    },
  })
  return {
    /** @returns when the next such answer is held */
    hold(): Promise<void> {
      gate = new Promise((resolve) => {
        letGo = resolve
      })
      return new Promise((resolve) => {
        arrived = resolve
      })
    },
    letGo(): void {
      gate = undefined
      letGo()
    },
  }
}

/** Lets each insert fail that is given this session's id, or a jti of its chain. */
export function failFor(sequelize: Sequelize, sid: string): void {
  const query = sequelize.query.bind(sequelize) as (sql: string, options?: { bind?: unknown[] }) => Promise<unknown>
  Object.assign(sequelize, {
    query: async (sql: string, options?: { bind?: unknown[] }) => {
      if (/^INSERT/.test(sql) && options?.bind?.some((value) => String(value).startsWith(sid))) throw new Error('It failed')
      return query(sql, options)
    },
  })
}

/** The checks' queries, as Sequelize logs them. */
export const CHECK = /SELECT o\.jti FROM .* WHERE o\.jti IN/

/** A `TokenBlacklist` whose queries of checks are counted. */
export function countedChecks(db: Fixture, options: Partial<TokenBlacklistOptions> = {}) {
  const count = { queries: 0 }
  const logging = (sql: string) => {
    if (CHECK.test(sql)) count.queries++
  }
  const sequelize = db.database.connect({ logging })
  return { tokens: db.make({ sequelize, ...options }), count, sequelize }
}
