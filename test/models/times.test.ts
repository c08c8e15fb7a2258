import type { Sequelize } from 'sequelize'
import { DataTypes, Op, QueryTypes } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineModels, type Models } from '../../models'
import { createDatabase, DIALECTS, type DialectName, type TestDatabase } from '../support/databases'
import { migrate } from '../support/migrate'

const tableNames = { outstandingTokens: 'outstanding_tokens', blacklistedTokens: 'blacklisted_tokens' }

/** In winter, in summer, and in the hours of autumn that the clocks in Berlin and New York show twice. */
const MOMENTS = ['2026-01-15T23:30:00.123Z', '2026-07-01T00:15:00.456Z', '2026-10-25T02:30:00.000Z', '2026-11-01T01:30:00.000Z']

/** Sequelize refuses to set one for SQLite. */
function zonesOf(dialect: DialectName): string[] {
  return ['+00:00', ...(dialect === 'sqlite' ? [] : ['+02:00', '-09:30', 'Europe/Berlin', 'America/New_York'])]
}

describe.each(DIALECTS)('times on %s', (dialect) => {
  let database: TestDatabase
  const instances = new Map<string, { sequelize: Sequelize; models: Models }>()
  const zones = zonesOf(dialect)
  const inZone = (zone: string) => instances.get(zone) as { sequelize: Sequelize; models: Models }

  beforeAll(async () => {
    database = await createDatabase(dialect)
    await migrate(database.connect())
    for (const timezone of zones) {
      const sequelize = database.connect({ timezone })
      instances.set(timezone, { sequelize, models: defineModels(sequelize, { tableNames }) })
    }
    for (const zone of zones)
      for (const moment of MOMENTS) await write(inZone(zone).models, `${zone} ${moment}`, new Date(moment))
  })
  afterAll(() => database.drop())

  async function write({ OutstandingToken, BlacklistedToken }: Models, jti: string, moment: Date) {
    const { id } = await OutstandingToken.create({ jti, createdAt: moment, expiresAt: moment })
    await BlacklistedToken.create({ tokenId: id, blacklistedAt: moment })
  }

  test.each(zones)('written anywhere are the same read at %s', async (zone) => {
    const { OutstandingToken, BlacklistedToken } = inZone(zone).models
    for (const [writer, text] of zones.flatMap((writer) => MOMENTS.map((text) => [writer, text] as const))) {
      const moment = new Date(text)
      const where = { jti: `${writer} ${text}` }
      const found = await OutstandingToken.findOne({ where, include: 'blacklisted' })
      expect(found?.toJSON()).toMatchObject({ createdAt: moment, expiresAt: moment, blacklisted: { blacklistedAt: moment } })
      expect(found?.changed()).toBe(false)
      await found?.reload()
      expect(found?.expiresAt).toEqual(moment)
      const [other] = await BlacklistedToken.findAll({ include: { association: 'outstanding', where } })
      expect(other?.toJSON()).toMatchObject({ blacklistedAt: moment, outstanding: { createdAt: moment, expiresAt: moment } })
    }
  })

  test.each(zones)('are compared as the same moments at %s', async (zone) => {
    const { OutstandingToken } = inZone(zone).models
    const moment = new Date(MOMENTS[1] as string)
    const found = await OutstandingToken.findAll({ where: { expiresAt: moment } })
    expect(found.map(({ jti }) => jti).sort()).toEqual(zones.map((writer) => `${writer} ${MOMENTS[1]}`).sort())
    const earlier = { expiresAt: { [Op.lt]: moment } }
    expect(await OutstandingToken.count({ where: earlier })).toBe(zones.length)
  })

  test.each(zones)('of a change are written as the same moment at %s', async (zone) => {
    const { OutstandingToken } = inZone(zone).models
    const moment = new Date('2027-08-08T08:08:08.888Z')
    const token = await OutstandingToken.create({ jti: `changed ${zone}`, expiresAt: new Date() })
    await token.update({ expiresAt: moment })
    await OutstandingToken.update({ createdAt: moment }, { where: { jti: `changed ${zone}` } })
    expect(await inZone('+00:00').models.OutstandingToken.findByPk(token.id)).toMatchObject({
      createdAt: moment,
      expiresAt: moment,
    })
  })

  test.each(zones)('are the same for a model of the app that includes ours at %s', async (zone) => {
    const { sequelize, models } = inZone(zone)
    const User = sequelize.define('User', { id: { type: DataTypes.STRING, primaryKey: true } }, { timestamps: false })
    await User.sync()
    User.hasMany(models.OutstandingToken, { foreignKey: 'userId', as: 'tokens', constraints: false })
    const moment = new Date(MOMENTS[1] as string)
    await User.create({ id: zone })
    await models.OutstandingToken.create({ jti: `of ${zone}`, userId: zone, expiresAt: moment })
    const user = await User.findByPk(zone, { include: 'tokens' })
    expect(user?.toJSON()).toMatchObject({ tokens: [{ expiresAt: moment }] })
  })

  test.each(zones)('are stamped with the present at %s', async (zone) => {
    const { OutstandingToken, BlacklistedToken } = inZone(zone).models
    const { id } = await OutstandingToken.create({ jti: `now ${zone}`, expiresAt: new Date() })
    await BlacklistedToken.create({ tokenId: id })
    const found = await inZone('+00:00').models.BlacklistedToken.findOne({ where: { tokenId: id } })
    expect(Math.abs(Date.now() - Number(found?.blacklistedAt))).toBeLessThan(60_000)
  })

  test.runIf(dialect === 'mysql')('are in the columns in UTC', async () => {
    const sql = 'SELECT CAST(expires_at AS CHAR) AS text FROM outstanding_tokens WHERE jti LIKE :jti'
    const options = { replacements: { jti: `% ${MOMENTS[1]}` }, type: QueryTypes.SELECT } as const
    const rows = await inZone('+00:00').sequelize.query<{ text: string }>(sql, options)
    expect(rows.map(({ text }) => text)).toEqual(zones.map(() => '2026-07-01 00:15:00.456000'))
  })
})
