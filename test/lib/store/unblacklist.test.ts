import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../lib'
import { successorOf } from '../../../lib/claims'
import { unblacklist } from '../../../lib/store/unblacklist'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { rowsOf } from '../../support/rows'
import { chainOf, jtiOf, REFUSED } from '../../support/sessions'

const AT_ONCE = 6
const ROUNDS = 15

describe.each(DIALECTS)('a removal from the blacklist on %s', (dialect) => {
  const db = useDatabase(dialect)
  const rowOf = async (tokens: TokenBlacklist, jti: string) => ({
    id: String((await rowsOf(tokens, jti)).blacklisted[0]?.id),
    jti,
  })
  const remove = (tokens: TokenBlacklist, row: { id: string; jti: string }) => unblacklist(tokens.RefreshToken.context.store, row)
  const several = <T>(make: () => Promise<T>) => Array.from({ length: AT_ONCE }, make)

  test('is done once, whoever else asks for it at the same moment', async () => {
    const tokens = db.make()
    const { sid, access } = await chainOf(tokens, 'alice', 0)
    await tokens.revokeSession(sid)
    const row = await rowOf(tokens, sid)
    const outcomes = await Promise.all(several(() => remove(tokens, row)))
    expect(outcomes.map(({ is }) => is).sort()).toEqual([...Array(AT_ONCE - 1).fill('changed'), 'done'])
    await tokens.verify(String(access[0]))
  })

  test('takes no row with it that a refresh made meanwhile', async () => {
    // Without sessions nothing but the token's own row is there to be locked.
    const tokens = db.make({ sessions: false })
    let refreshed = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { refresh } = await tokens.obtainPair({ id: 'bob' })
      const jti = jtiOf(refresh)
      await tokens.blacklist({ jti })
      const row = await rowOf(tokens, jti)
      const refreshing = several(() => tokens.refresh(refresh).catch((error: unknown) => expect(error).toMatchObject(REFUSED)))
      await Promise.all([...several(() => remove(tokens, row)), ...refreshing])
      const successor = (await rowsOf(tokens, successorOf(jti))).outstanding[0]
      if (successor) refreshed++
      expect(await tokens.isBlacklisted({ jti })).toBe(successor !== undefined)
    }
    if (dialect !== 'sqlite') expect(refreshed).toBeGreaterThan(0)
  })
})
