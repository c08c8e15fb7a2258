import { Sequelize } from 'sequelize'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TokenBlacklist } from '../../../lib'
import { SECRET } from '../../support/blacklist'
import { SERVER_DIALECTS } from '../../support/databases'
import { describeEach } from '../../support/describe-each'
import { migrate } from '../../support/migrate'
import { protectedApp } from '../../support/protected-app'
import { makeServer, missingServer, type OwnServer } from '../../support/servers'

const servers = SERVER_DIALECTS as ('mysql' | 'postgres')[]
for (const dialect of servers) {
  const why = missingServer(dialect)
  if (why && process.env.REQUIRE_DATABASES === '1') throw new Error(`Killing ${dialect} is required, but ${why}.`)
  if (why) console.log(`Left out: killing ${dialect}, since ${why}.`)
}

describeEach(servers.filter((dialect) => !missingServer(dialect)))('%s, killed', (dialect) => {
  let server: OwnServer
  beforeAll(async () => {
    server = await makeServer(dialect)
  })
  afterAll(() => server.remove())

  test('in mid-flight, is answered 503 alone, and service comes back by itself', async () => {
    const sequelize = new Sequelize(server.url, { logging: false })
    await migrate(sequelize)
    const tokens = new TokenBlacklist({ sequelize, signingKey: SECRET, flushSchedule: false, checkTimeout: 2 })
    const good = (await tokens.RefreshToken.forUser({ id: 1 })).accessToken
    const revoked = (await tokens.RefreshToken.forUser({ id: 1 })).accessToken
    await revoked.blacklist()
    const app = await protectedApp(tokens)

    let running = true
    const counts: Record<string, number> = {}
    const latest: Record<string, number> = {}
    const client = async (name: string, encoded: string) => {
      while (running) {
        const { status } = await app.me(encoded)
        latest[name] = status
        counts[`${name} ${status}`] = (counts[`${name} ${status}`] ?? 0) + 1
      }
    }
    const clients = Array.from({ length: 8 }, (_, index) =>
      index % 2 ? client('good', String(good)) : client('revoked', String(revoked)),
    )
    const until = async (condition: () => boolean) => {
      const patience = performance.now() + 30_000
      while (!condition() && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20))
    }

    await until(() => (counts['good 200'] ?? 0) > 50)
    await server.kill()
    await until(() => (counts['good 503'] ?? 0) > 20 && (counts['revoked 503'] ?? 0) > 20)
    await server.start()
    await until(() => latest.good === 200 && latest.revoked === 401)
    running = false
    await Promise.all(clients)

    console.log(dialect, counts)
    expect(latest).toEqual({ good: 200, revoked: 401 })
    expect(Object.keys(counts).sort()).toEqual(['good 200', 'good 503', 'revoked 401', 'revoked 503'])
    await app.close()
    await tokens.close()
    await sequelize.close()
  })
})
