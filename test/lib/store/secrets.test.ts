import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../lib'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { rowsOf } from '../../support/rows'

const show = (value: unknown) =>
  inspect(value, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null })

describe.each(DIALECTS)('with storeTokens on %s', (dialect) => {
  const db = useDatabase(dialect)
  const logged: string[] = []
  const make = () => {
    const logging = (...args: unknown[]) => logged.push(show(args))
    return db.make({ sequelize: db.database.connect({ logging, logQueryParameters: true, benchmark: true }), storeTokens: true })
  }
  const expectNothingOf = (encoded: string, text: string) => {
    for (const part of [...encoded.split('.').slice(1), SECRET]) expect(text).not.toContain(part)
  }

  test('no token is in what Sequelize logs', async () => {
    const tokens = make()
    const token = await tokens.RefreshToken.forUser({ id: 'alice' })
    const { access, refresh } = await tokens.refresh(String(token))
    await tokens.blacklist(access)
    await tokens.outstand(String(refresh))
    await db.sequelize.transaction((transaction) => tokens.blacklist(String(refresh), { transaction }))
    expect((await rowsOf(tokens, token.jti)).outstanding).toMatchObject([{ token: String(token) }])
    // Reading the models, as here, is the app's own doing, and shows no bound values.
    expect(logged.join('\n')).toContain('INSERT INTO')
    for (const encoded of [String(token), access, String(refresh)]) expectNothingOf(encoded, logged.join('\n'))
  })

  test('no token is in the errors where the tables are missing', async () => {
    const tokens = make()
    const pair = await tokens.obtainPair({ id: 'alice' })
    const token = await tokens.RefreshToken.verify(pair.refresh)
    await db.sequelize.getQueryInterface().dropTable('blacklisted_tokens')
    await db.sequelize.getQueryInterface().dropTable('outstanding_tokens')
    for (const [name, call] of Object.entries(CALLS)) {
      const error: unknown = await call(tokens, pair.refresh).then(
        () => name,
        (thrown: unknown) => thrown,
      )
      expect(error, name).toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503, cause: expect.any(Error) })
      expectNothingOf(pair.refresh, show(error))
      expectNothingOf(String(token.accessToken), show(error))
    }
    expectNothingOf(pair.refresh, logged.join('\n'))
  })
})

const CALLS: Record<string, (tokens: TokenBlacklist, encoded: string) => Promise<unknown>> = {
  blacklist: (tokens, encoded) => tokens.blacklist(encoded),
  outstand: (tokens, encoded) => tokens.outstand(encoded),
  refresh: (tokens, encoded) => tokens.refresh(encoded),
  verify: (tokens, encoded) => tokens.verify(encoded),
  'RefreshToken.verify': (tokens, encoded) => tokens.RefreshToken.verify(encoded),
  obtainPair: (tokens) => tokens.obtainPair({ id: 'alice' }),
  blacklistUser: (tokens) => tokens.blacklistUser('alice'),
  isBlacklisted: (tokens) => tokens.isBlacklisted({ jti: 'x' }),
  flushExpiredTokens: (tokens) => tokens.flushExpiredTokens(),
}
