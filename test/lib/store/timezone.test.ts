import type { Options } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { runCommand } from '../../support/run-child'
import { DAY, inSeconds } from '../../support/seconds'

const HOUR = 3600

/** Sequelize refuses a time zone on SQLite. */
const ZONES: Record<string, Options> = { UTC: {}, '+02:00': { timezone: '+02:00' }, '-08:00': { timezone: '-08:00' } }

describe.each(DIALECTS)('instances of several time zones on one database on %s', (dialect) => {
  const db = useDatabase(dialect)
  const zones = dialect === 'sqlite' ? ['UTC'] : Object.keys(ZONES)
  const make = (zone: string) => db.make({ sequelize: db.database.connect(ZONES[zone]) })
  const command = async (env: NodeJS.ProcessEnv) => {
    const ended = await runCommand(['flush'], { ...env, DATABASE_URL: db.database.url })
    expect(ended).toMatchObject({ code: 0 })
    return Number(/^Deleted (\d+) expired/.exec(ended.stdout)?.[1])
  }
  const flushes: [string, () => Promise<number>][] = [
    ...zones.map((zone): [string, () => Promise<number>] => [`an instance in ${zone}`, () => make(zone).flushExpiredTokens()]),
    ['the command', () => command({})],
    ['the command, in a process whose zone is another', () => command({ TZ: 'America/Los_Angeles' })],
  ]

  test('read the same times', async () => {
    const exp = inSeconds(DAY)
    for (const zone of zones) await make(zone).blacklist({ jti: `from ${zone}`, exp, iat: exp - DAY })
    for (const zone of zones) {
      const { OutstandingToken, BlacklistedToken } = make(zone).models
      const rows = await OutstandingToken.findAll({ where: { expiresAt: new Date(exp * 1000) } })
      expect(rows.map(({ jti }) => jti).sort()).toEqual(zones.map((from) => `from ${from}`).sort())
      for (const row of rows) expect([Number(row.expiresAt), Number(row.createdAt)]).toEqual([exp * 1000, (exp - DAY) * 1000])
      for (const { blacklistedAt } of await BlacklistedToken.findAll())
        expect(Math.abs(blacklistedAt.getTime() - Date.now())).toBeLessThan(60_000)
    }
  })

  test.each(flushes)('%s flushes no token early, and keeps none too long', async (_name, flush) => {
    const tokens = db.make()
    const kept: string[] = []
    for (const zone of zones) {
      const writer = make(zone)
      for (const hours of [23, 25, 22, 26]) {
        const claims = { jti: `${zone} ${hours}`, exp: inSeconds(-hours * HOUR) }
        await (hours % 2 ? writer.blacklist(claims) : writer.outstand(claims))
        if (hours < 24) kept.push(claims.jti)
      }
    }
    expect(await flush()).toBe(2 * zones.length)
    const left = await tokens.models.OutstandingToken.findAll({ where: { jti: zones.flatMap((zone) => jtisOf(zone)) } })
    expect(left.map(({ jti }) => jti).sort()).toEqual(kept.sort())
  })
})

const jtisOf = (zone: string) => [22, 23, 25, 26].map((hours) => `${zone} ${hours}`)
