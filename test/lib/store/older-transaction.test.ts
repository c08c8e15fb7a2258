import type { Transaction } from 'sequelize'
import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { claimsOf } from '../../support/jwt'
import { DIALECTS_AND_LEVELS, useOlderTransactions } from '../../support/older-transaction'
import { chainOf, jtiOf, REFUSED, sidOf } from '../../support/sessions'

type Write = (tokens: TokenBlacklist, refresh: string, options: { transaction: Transaction }) => Promise<unknown>

const WRITES: Record<string, Write> = {
  'blacklist(encoded)': (tokens, refresh, options) => tokens.blacklist(refresh, options),
  'blacklist(claims)': (tokens, refresh, options) => tokens.blacklist(claimsOf(refresh), options),
  'blacklist({ jti })': (tokens, refresh, options) => tokens.blacklist({ jti: jtiOf(refresh) }, options),
  'blacklist({ jti: sid })': (tokens, refresh, options) => tokens.blacklist({ jti: sidOf(refresh) }, options),
  blacklistUser: (tokens, _refresh, options) => tokens.blacklistUser('alice', options),
  'blacklistUser, except another session': (tokens, _refresh, options) => {
    return tokens.blacklistUser('alice', { except: 'a'.repeat(32), ...options })
  },
  revokeSession: (tokens, refresh, options) => tokens.revokeSession(sidOf(refresh), options),
  'revokeSession of the user': (tokens, refresh, options) => {
    return tokens.revokeSession(sidOf(refresh), { userId: 'alice', ...options })
  },
}

describe.each(DIALECTS_AND_LEVELS)('on %s, in an app’s transaction (%s) that began earlier', (dialect, isolationLevel) => {
  const db = useDatabase(dialect)
  const later = useOlderTransactions(db, isolationLevel)

  test.each(Object.entries(WRITES))('%s ends a login that was made since, or says that it did not', async (_name, write) => {
    const tokens = db.make()
    let pair = { access: '', refresh: '' }
    const failure = await later(
      async () => {
        pair = await tokens.obtainPair({ id: 'alice' })
      },
      (transaction) =>
        write(tokens, pair.refresh, { transaction }).then(
          () => undefined,
          (error: Error) => error,
        ),
    )
    if (failure) expect(failure).toMatchObject({ code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503 })
    // Where a lock shows what is committed, it must be done; MariaDB refuses by itself from 11.6 on.
    const refused = (failure?.cause as { errno?: number } | undefined)?.errno === 1020
    if (!refused && (dialect === 'mysql' || isolationLevel === 'READ COMMITTED')) expect(failure).toBeUndefined()
    if (failure) return
    for (const encoded of Object.values(pair)) await expect(tokens.verify(encoded)).rejects.toMatchObject(REFUSED)
  })

  test.each(Object.entries(WRITES))('%s ends one that was made before', async (_name, write) => {
    const tokens = db.make()
    const { refresh, access } = await chainOf(tokens, 'alice', 1)
    // On SQLite nobody may have written since.
    const happens = async () => dialect !== 'sqlite' && (await tokens.obtainPair({ id: 'bob' }))
    await later(happens, (transaction) => write(tokens, String(refresh[1]), { transaction }))
    for (const encoded of [...refresh, ...access]) await expect(tokens.verify(encoded)).rejects.toMatchObject(REFUSED)
  })

  test('what is not there is not found', async () => {
    const tokens = db.make()
    const none = await later(
      async () => {},
      async (transaction) => [
        await tokens.revokeSession('b'.repeat(32), { transaction }),
        await tokens.revokeSession('b'.repeat(32), { userId: 'alice', transaction }),
        await tokens.blacklistUser('nobody', { transaction }),
        await tokens.blacklist({ jti: 'nothing' }, { transaction }).catch(({ code }) => code),
      ],
    )
    expect(none).toEqual([false, false, 0, 'ERR_TOKEN_NO_EXP'])
  })
})
