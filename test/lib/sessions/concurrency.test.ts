import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { heard, isListed, REFUSED, rotated, sidOf } from '../../support/sessions'

const ROUNDS = 50

describe.each(DIALECTS)('100 refreshes of one token at once on %s', { timeout: 240_000 }, (dialect) => {
  const db = useDatabase(dialect)

  test('all get the same successor within the grace period', async () => {
    const tokens = db.make({ checkTimeout: '40s' })
    const reuse = heard(tokens, 'reuse')
    for (let round = 0; round < ROUNDS; round++) {
      const { refresh } = await tokens.obtainPair({ id: `grace-${round}` })
      const answers = await Promise.all(Array.from({ length: 100 }, () => rotated(tokens, refresh)))
      expect(new Set(answers.map((answer) => answer.refresh)).size).toBe(1)
      expect(await tokens.models.OutstandingToken.count({ where: { userId: `grace-${round}` } })).toBe(3)
    }
    expect(reuse).toEqual([])
  })

  test('succeed once where there is no grace period', async () => {
    const tokens = db.make({ checkTimeout: '40s', rotationGracePeriod: 0 })
    for (let round = 0; round < ROUNDS; round++) {
      const { refresh } = await tokens.obtainPair({ id: `strict-${round}` })
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => tokens.refresh(refresh)))
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      expect(refusals).toHaveLength(99)
      for (const refusal of refusals) expect(refusal).toMatchObject(REFUSED)
      expect(await tokens.models.OutstandingToken.count({ where: { userId: `strict-${round}` } })).toBe(3)
    }
  })
})

describe.each(DIALECTS)('refreshes at once with what ends them on %s', (dialect) => {
  const db = useDatabase(dialect)
  const REVOKING = ['blacklist', 'blacklistUser', 'revokeSession'] as const

  test.each(REVOKING)('give nothing that survives %s', async (revoking) => {
    const sequelize = db.database.connect({ pool: { max: 10 } })
    const tokens = db.make({ checkTimeout: '40s', sequelize })
    for (let round = 0; round < 15; round++) {
      const user = { id: `${revoking}-${round}` }
      const pairs = await Promise.all(Array.from({ length: 6 }, () => tokens.obtainPair(user)))
      const [target] = pairs as [(typeof pairs)[0]]
      const refreshing = pairs.flatMap(({ refresh }) => [refresh, refresh]).map((refresh) => tokens.refresh(refresh))
      const revoke = async () => {
        // At another moment of the refreshes each time.
        for (let turns = 0; turns < round * 3; turns++) await new Promise(setImmediate)
        if (revoking === 'blacklistUser') await tokens.blacklistUser(user.id)
        else if (revoking === 'revokeSession') await tokens.revokeSession(sidOf(target.access))
        else await tokens.blacklist(target.refresh)
      }
      const [outcomes] = await Promise.all([Promise.allSettled(refreshing), revoke()])
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(REFUSED)
        else if (revoking === 'blacklistUser' || index < 2)
          for (const encoded of Object.values(outcome.value)) await expect(tokens.verify(encoded)).rejects.toMatchObject(REFUSED)
        else for (const encoded of Object.values(outcome.value)) await tokens.verify(encoded)
      }
      expect(await isListed(tokens, user.id, sidOf(target.access))).toBe(false)
    }
  })

  test('of sessions apart do not get in each other’s way', async () => {
    let rollbacks = 0
    const logging = (sql: string) => {
      if (/\bROLLBACK\b/.test(sql)) rollbacks++
    }
    const tokens = db.make({ checkTimeout: '40s', sequelize: db.database.connect({ logging, pool: { max: 20 } }) })
    const pairs = await Promise.all(Array.from({ length: 60 }, (_, n) => tokens.obtainPair({ id: `apart-${n}` })))
    let refresh = pairs.map((pair) => pair.refresh)
    rollbacks = 0
    for (let round = 0; round < 4; round++) {
      refresh = (await Promise.all(refresh.map((encoded) => rotated(tokens, encoded)))).map((answer) => answer.refresh)
    }
    console.log(`transactions begun anew on ${dialect}: ${rollbacks} of 240`)
    // InnoDB may still find one in a while.
    expect(rollbacks).toBeLessThan(12)
  })
})
