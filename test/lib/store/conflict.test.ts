import { beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { rowsOf } from '../../support/rows'
import { DAY, inSeconds } from '../../support/seconds'

const exp = inSeconds(DAY)
const CONFLICT = { code: 'ERR_BLACKLIST_CONFLICT', status: 503 }

describe.runIf(DIALECTS.includes('mysql'))('where the jti column ignores case', () => {
  const db = useDatabase('mysql')
  beforeAll(async () => {
    await db.sequelize.query('ALTER TABLE outstanding_tokens MODIFY jti VARCHAR(255) COLLATE utf8mb4_general_ci NOT NULL')
    await db.make().blacklist({ jti: 'J1', exp })
  })

  test('a token that is held for equal to a blacklisted one is not blacklisted', async () => {
    const tokens = db.make()
    expect(await tokens.isBlacklisted({ jti: 'J1' })).toBe(true)
    expect(await tokens.isBlacklisted({ jti: 'j1' })).toBe(false)
    expect(await tokens.isBlacklisted({ jti: 'other', sid: 'j1' })).toBe(false)
  })

  test('it cannot be blacklisted, nor recorded, and that is said', async () => {
    const tokens = db.make()
    await expect(tokens.blacklist({ jti: 'j1', exp: exp + DAY })).rejects.toMatchObject(CONFLICT)
    await expect(tokens.outstand({ jti: 'j1', exp: exp + DAY })).rejects.toMatchObject(CONFLICT)
    await expect(tokens.blacklist({ jti: 'j1' })).rejects.toMatchObject({ code: 'ERR_TOKEN_NO_EXP' })
    await expect(
      db.sequelize.transaction((transaction) => tokens.blacklist({ jti: 'j1', exp }, { transaction })),
    ).rejects.toMatchObject(CONFLICT)
    const { outstanding } = await rowsOf(tokens, 'j1')
    expect(outstanding.map((row) => [row.jti, row.expiresAt.getTime()])).toEqual([['J1', exp * 1000]])
  })

  test('the session of a token cannot be ended', async () => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'S1', exp })
    const token = { jti: 'of s1', sid: 's1', exp, token_type: 'refresh' }
    await expect(tokens.blacklist(token)).rejects.toMatchObject(CONFLICT)
    expect((await rowsOf(tokens, 'of s1')).outstanding).toEqual([])
  })

  test('it cannot be exchanged', async () => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'J2', exp })
    const token = new tokens.RefreshToken({ jti: 'j2', exp, token_type: 'refresh', sub: 'alice' })
    await expect(tokens.refresh(String(token))).rejects.toMatchObject(CONFLICT)
    expect((await rowsOf(tokens, 'J2')).blacklisted).toEqual([])
  })
})
