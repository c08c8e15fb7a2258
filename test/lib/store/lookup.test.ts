import { Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import type { Claims } from '../../../lib'
import { newId } from '../../../lib/claims'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS, SERVER_DIALECTS } from '../../support/databases'
import { seeded } from '../../support/random'
import { runChild } from '../../support/run-child'
import { SilentProxy } from '../../support/silent-proxy'
import { CHECK, countedChecks, holdAnswers } from '../../support/statements'

const exp = Math.floor(Date.now() / 1000) + 3600
const claims = (): Claims => ({ jti: newId(), sub: 'alice', exp })
const handful = 5

describe.each(DIALECTS)('checks at the same moment on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('share a few queries, and each has its own answer', async () => {
    const { tokens, count } = countedChecks(db)
    const all = Array.from({ length: 200 }, claims)
    for (const token of all.slice(0, 20)) await tokens.blacklist(token)
    const session = await tokens.obtainPair({ id: 'alice' })
    const { sid } = await tokens.verify(session.access)
    await tokens.blacklist(session.refresh)
    const ofSession = Array.from({ length: 10 }, () => ({ ...claims(), sid: sid as string }))
    for (let wave = 0; wave < 3; wave++) {
      count.queries = 0
      const answers = await Promise.all([...all, ...ofSession].map((token) => tokens.isBlacklisted(token)))
      expect(answers).toEqual([...all.map((_, index) => index < 20), ...ofSession.map(() => true)])
      expect(count.queries).toBeGreaterThan(0)
      expect(count.queries).toBeLessThanOrEqual(handful)
    }
  })

  test('share them, whatever asks: verify or a token class', async () => {
    const { tokens, count } = countedChecks(db)
    const { access, refresh } = await tokens.obtainPair({ id: 'bob' })
    count.queries = 0
    await Promise.all([
      ...Array.from({ length: 50 }, () => tokens.verify(access)),
      ...Array.from({ length: 50 }, () => tokens.RefreshToken.verify(refresh)),
      ...Array.from({ length: 50 }, () => tokens.AccessToken.verify(access)),
    ])
    expect(count.queries).toBeLessThanOrEqual(handful)
  })

  test('are answered for more of them than one query takes', async () => {
    const { tokens, count } = countedChecks(db)
    const all = Array.from({ length: 300 }, claims)
    await tokens.blacklist(all[299] as Claims)
    expect(await Promise.all(all.map((token) => tokens.isBlacklisted(token)))).toEqual(all.map((_, index) => index === 299))
    expect(count.queries).toBeLessThanOrEqual(8)
  })

  test('that were asked for while a query was on its way are not answered by it', async () => {
    const sequelize = db.database.connect()
    const held = holdAnswers(sequelize, CHECK)
    const tokens = db.make({ sequelize })
    const token = claims()
    const onItsWay = held.hold()
    const early = tokens.isBlacklisted(token)
    await onItsWay
    await db.make().blacklist(token)
    const late = Array.from({ length: 20 }, () => tokens.isBlacklisted(token))
    held.letGo()
    expect(await Promise.all(late)).toEqual(late.map(() => true))
    expect(await early).toBe(false)
  })

  test('that come one after the other while queries are on their way wait, and then share one', async () => {
    const { tokens, count, sequelize } = countedChecks(db)
    const held = holdAnswers(sequelize, CHECK)
    held.hold()
    const checks: Promise<boolean>[] = []
    for (let check = 0; check < 100; check++) {
      checks.push(tokens.isBlacklisted(claims()))
      await new Promise((done) => setImmediate(done))
    }
    expect(count.queries).toBeLessThanOrEqual(handful)
    held.letGo()
    expect(await Promise.all(checks)).not.toContain(true)
    expect(count.queries).toBeLessThanOrEqual(2 * handful)
  })

  test('fail together, and the next ones do not', async () => {
    const { tokens, sequelize } = countedChecks(db)
    await tokens.isBlacklisted(claims())
    const rename = (from: string, to: string) => sequelize.getQueryInterface().renameTable(from, to)
    await rename('blacklisted_tokens', 'away')
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => tokens.isBlacklisted(claims())))
    await rename('away', 'blacklisted_tokens')
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'ERR_BLACKLIST_UNAVAILABLE' } })
    expect(await Promise.all(Array.from({ length: 30 }, () => tokens.isBlacklisted(claims())))).not.toContain(true)
  })

  test('see every revocation that was committed before they were asked for, in this process or another', async () => {
    const { seed } = seeded()
    let random = seed
    const next = (below: number) => {
      random = (random * 48_271 + 11) % 2_147_483_647
      return random % below
    }
    const { tokens } = countedChecks(db)
    const all = Array.from({ length: 60 }, claims)
    for (const token of all) await tokens.outstand(token)
    const revoked = new Set<Claims>()
    let going = true
    const traffic = async () => {
      while (going) {
        const token = all[next(all.length)] as Claims
        const before = revoked.has(token)
        const answer = await tokens.isBlacklisted(token)
        if (before) expect(answer).toBe(true)
        if (next(4) === 0) await new Promise((done) => setTimeout(done, next(4)))
      }
    }
    const load = Promise.all(Array.from({ length: 40 }, traffic))
    for (const [index, token] of all.entries()) {
      if (index === 30) {
        const child = await runChild('blacklist.mjs', [db.database.url, SECRET, await encodedOf(token)])
        expect(child).toMatchObject({ code: 0 })
      } else await tokens.blacklist(token)
      revoked.add(token)
    }
    going = false
    await load
  })

  async function encodedOf(token: Claims): Promise<string> {
    const { AccessToken } = db.make()
    return String(new AccessToken({ ...token, token_type: 'access' }))
  }
})

describe.each(SERVER_DIALECTS)('a query of a check that hangs on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('holds no later check up, and fails for those alone who waited for it', async () => {
    const proxy = await SilentProxy.start(db.database.url)
    const sequelize = new Sequelize(proxy.through(db.database.url), { logging: false })
    const tokens = db.make({ sequelize, checkTimeout: 3 })
    const token = claims()
    await tokens.blacklist(token)
    expect(await tokens.isBlacklisted(token)).toBe(true)
    proxy.forgetOpen()
    const order: string[] = []
    const hanging = [token, claims()].map((waiting) =>
      tokens.isBlacklisted(waiting).then(
        () => order.push('answered'),
        ({ code }) => order.push(code),
      ),
    )
    await new Promise((done) => setTimeout(done, 20))
    for (let later = 0; later < 5; later++) {
      expect(await Promise.all([tokens.isBlacklisted(token), tokens.isBlacklisted(claims())])).toEqual([true, false])
    }
    order.push('later ones answered')
    await Promise.all(hanging)
    expect(order).toEqual(['later ones answered', 'ERR_BLACKLIST_UNAVAILABLE', 'ERR_BLACKLIST_UNAVAILABLE'])
    await sequelize.close()
    await proxy.stop()
  })
})
