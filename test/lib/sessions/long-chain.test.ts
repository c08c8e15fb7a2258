import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { age, heard, REFUSED, sidOf } from '../../support/sessions'

/** A refresh every five minutes, for a week. */
const LENGTH = 2016

describe.each(DIALECTS)('a chain of many exchanges on %s', (dialect) => {
  const db = useDatabase(dialect)

  /** A login, and the rows that so many refreshes leave. */
  async function longChain(tokens: TokenBlacklist, id: string) {
    const { models } = tokens
    const { refresh, access } = await tokens.obtainPair({ id })
    const chain = String(claimsOf(refresh).jti).slice(0, 32)
    const expiresAt = new Date(Number(claimsOf(refresh).exp) * 1000)
    const numbers = Array.from({ length: LENGTH - 1 }, (_, index) => index + 2)
    await models.OutstandingToken.bulkCreate(numbers.map((number) => ({ userId: id, jti: `${chain}.${number}`, expiresAt })))
    const members = await models.OutstandingToken.findAll({ where: { userId: id } })
    const rotated = members.filter(({ jti }) => jti.includes('.') && jti !== `${chain}.${LENGTH}`)
    await models.BlacklistedToken.bulkCreate(rotated.map((member) => ({ tokenId: member.id })))
    await age(tokens, 11)
    return { first: refresh, access, head: signed({ ...claimsOf(refresh), jti: `${chain}.${LENGTH}` }) }
  }

  test.each([true, false])('is ended by its first member in a few statements; sessions: %s', async (sessions) => {
    let count = 0
    const sequelize = db.database.connect({ logging: () => count++ })
    const tokens = db.make({ sequelize, sessions })
    const counted = async (work: Promise<unknown>) => {
      count = 0
      await work
      return count
    }
    const reuse = heard(tokens, 'reuse')
    const thief = await longChain(tokens, `thief-${sessions}`)
    const owner = await longChain(tokens, `owner-${sessions}`)
    expect(await counted(expect(tokens.refresh(thief.first)).rejects.toMatchObject(REFUSED))).toBeLessThan(50)
    expect(reuse).toMatchObject([{ userId: `thief-${sessions}`, sid: sessions ? sidOf(thief.first) : null }])
    expect(await counted(tokens.blacklist(owner.first))).toBeLessThan(50)
    for (const { head } of [thief, owner]) {
      await expect(tokens.verify(head)).rejects.toMatchObject(REFUSED)
      await expect(tokens.refresh(head)).rejects.toMatchObject(REFUSED)
    }
  })
})
