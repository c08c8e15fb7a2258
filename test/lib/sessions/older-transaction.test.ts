import { describe, expect, test } from 'vitest'
import type { TokenBlacklist, TokenBlacklistOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS_AND_LEVELS, useOlderTransactions } from '../../support/older-transaction'
import { jtiOf, REFUSED, rotated, sidOf } from '../../support/sessions'

const UNAVAILABLE = { code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503 }

type Revocation = (tokens: TokenBlacklist, refresh: string) => Promise<unknown>

const bySql = async ({ models }: TokenBlacklist, jti: string) => {
  const row = await models.OutstandingToken.findOne({ where: { jti } })
  await models.BlacklistedToken.create({ tokenId: row?.id as number, blacklistedAt: new Date() })
}

const REVOCATIONS: Record<string, Revocation> = {
  'its own logout': (tokens, refresh) => tokens.blacklist(refresh),
  'the end of its session': (tokens, refresh) => tokens.revokeSession(sidOf(refresh)),
  'a logout everywhere': (tokens) => tokens.blacklistUser('alice'),
  'a row of its session that somebody else inserted': (tokens, refresh) => bySql(tokens, sidOf(refresh)),
  'a row of its own that somebody else inserted': (tokens, refresh) => bySql(tokens, jtiOf(refresh)),
}

const SETTINGS: [string, Partial<TokenBlacklistOptions>][] = [
  ['with sessions', {}],
  ['without sessions', { sessions: false }],
  ['where refresh tokens live on', { blacklistAfterRotation: false }],
  ['where refresh tokens stay', { rotateRefreshTokens: false }],
]

describe.each(DIALECTS_AND_LEVELS)('on %s, in an app’s transaction (%s) that began earlier', (dialect, isolationLevel) => {
  const db = useDatabase(dialect)
  const later = useOlderTransactions(db, isolationLevel)

  const refusedOrUnknown = async (refreshing: Promise<unknown>) => {
    const error = await refreshing.then(
      (answer) => ({ accepted: answer }),
      (reason) => reason,
    )
    expect([REFUSED, UNAVAILABLE]).toContainEqual({ code: error.code, status: error.status })
  }

  describe.each(SETTINGS)('%s', (_name, settings) => {
    const rotates = settings.rotateRefreshTokens !== false && settings.blacklistAfterRotation !== false
    const revocations = Object.entries(REVOCATIONS).filter(([name]) => settings.sessions !== false || !name.includes('session'))

    test.each(revocations)('a refresh is not accepted after %s', async (_revocation, revoke) => {
      const tokens = db.make(settings)
      const { refresh } = await tokens.obtainPair({ id: 'alice' })
      await later(
        () => revoke(tokens, refresh),
        (transaction) => refusedOrUnknown(tokens.refresh(refresh, { transaction })),
      )
      await expect(tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
    })

    test.each(rotates ? revocations : [])('nor is a repeated one, after that of its successor: %s', async (_name, revoke) => {
      const tokens = db.make(settings)
      const { refresh } = await tokens.obtainPair({ id: 'alice' })
      const next = await rotated(tokens, refresh)
      await later(
        () => revoke(tokens, next.refresh),
        (transaction) => refusedOrUnknown(tokens.refresh(refresh, { transaction })),
      )
    })

    test('a refresh and a repeated one are accepted, where nothing happened to them', async () => {
      const tokens = db.make(settings)
      const [{ refresh }, other] = [await tokens.obtainPair({ id: 'alice' }), await tokens.obtainPair({ id: 'bob' })]
      const happens = async () => dialect !== 'sqlite' && (await tokens.blacklist(other.refresh))
      const answers = await later(happens, async (transaction) => [
        await tokens.refresh(refresh, { transaction }),
        await tokens.refresh(refresh, { transaction }),
      ])
      for (const encoded of answers.flatMap((answer) => Object.values(answer))) {
        await expect(tokens.verify(encoded)).resolves.toMatchObject({ sub: 'alice' })
      }
      await expect(tokens.refresh(answers[0]?.refresh ?? refresh)).resolves.toMatchObject({ access: expect.any(String) })
    })
  })
})
