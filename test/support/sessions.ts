import type { TokenBlacklist } from '../../lib'
import type { TokenBlacklistEvents } from '../../lib/events'
import { claimsOf } from './jwt'
import { rowsOf } from './rows'

export const REFUSED = { code: 'ERR_TOKEN_BLACKLISTED', status: 401 }

export function sidOf(encoded: string): string {
  return String(claimsOf(encoded).sid)
}

export function jtiOf(encoded: string | undefined): string {
  return String(claimsOf(String(encoded)).jti)
}

/** What a refresh gave, where it gave a refresh token too. */
export async function rotated(tokens: TokenBlacklist, encoded: string): Promise<{ access: string; refresh: string }> {
  const { access, refresh } = await tokens.refresh(encoded)
  if (refresh === undefined) throw new Error('The refresh token was not rotated')
  return { access, refresh }
}

/** A login and so many refreshes of it. */
export async function chainOf(tokens: TokenBlacklist, id: string, refreshes: number) {
  const pairs = [await tokens.obtainPair({ id })]
  for (let n = 0; n < refreshes; n++) pairs.push(await rotated(tokens, String(pairs.at(-1)?.refresh)))
  return {
    sid: sidOf(String(pairs[0]?.access)),
    refresh: pairs.map((pair) => pair.refresh),
    access: pairs.map((pair) => pair.access),
  }
}

const EARLIER = {
  mysql: (seconds: number) => `blacklisted_at - INTERVAL ${seconds} SECOND`,
  postgres: (seconds: number) => `blacklisted_at - INTERVAL '${seconds} seconds'`,
  sqlite: (seconds: number) => `strftime('%Y-%m-%d %H:%M:%f +00:00', blacklisted_at, '-${seconds} seconds')`,
}

/** Lets time pass on the database's clock since everything, or one token, was blacklisted. */
export async function age({ models }: TokenBlacklist, seconds: number, encoded?: string): Promise<void> {
  const { sequelize, tableName } = models.BlacklistedToken
  const earlier = EARLIER[sequelize?.getDialect() as keyof typeof EARLIER](seconds)
  const ids = encoded && (await models.OutstandingToken.findAll({ where: { jti: jtiOf(encoded) } })).map(({ id }) => id)
  await sequelize?.query(`UPDATE ${tableName} SET blacklisted_at = ${earlier}${ids ? ` WHERE token_id IN (${ids})` : ''}`)
}

/** Keeps what is told of one event. */
export function heard<Name extends keyof TokenBlacklistEvents>(tokens: TokenBlacklist, name: Name) {
  const events: TokenBlacklistEvents[Name][0][] = []
  tokens.on(name, ((event: TokenBlacklistEvents[Name][0]) => events.push(event)) as never)
  return events
}

export async function expiryOf(tokens: TokenBlacklist, jti: string): Promise<number> {
  const { outstanding } = await rowsOf(tokens, jti)
  return Number(outstanding[0]?.expiresAt) / 1000
}

export async function isListed(tokens: TokenBlacklist, userId: string, sid: string): Promise<boolean> {
  return (await tokens.sessionsOf(userId)).some(({ id }) => id === sid)
}
