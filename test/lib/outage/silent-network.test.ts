import { Sequelize } from 'sequelize'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { SERVER_DIALECTS } from '../../support/databases'
import { describeEach } from '../../support/describe-each'
import { type ProtectedApp, protectedApp } from '../../support/protected-app'
import { SilentProxy } from '../../support/silent-proxy'

const CHECK_TIMEOUT = 1
/** Machines are slow at times; a request that waits for ever is far beyond. */
const SLACK = 2

interface Tokens {
  good: string
  revoked: string
}

const seconds = async <T>(work: Promise<T>): Promise<{ result: T; took: number }> => {
  const start = performance.now()
  const result = await work
  return { result, took: (performance.now() - start) / 1000 }
}

describeEach(SERVER_DIALECTS)('a network to %s that goes silent', (dialect) => {
  const db = useDatabase(dialect)
  let proxy: SilentProxy
  beforeAll(async () => {
    proxy = await SilentProxy.start(db.database.url)
  })
  afterAll(() => proxy.stop())

  async function withApp(work: (app: ProtectedApp, tokens: Tokens) => Promise<void>) {
    const issuer = db.make()
    const good = String((await issuer.RefreshToken.forUser({ id: 1 })).accessToken)
    const token = (await issuer.RefreshToken.forUser({ id: 1 })).accessToken
    await token.blacklist()
    const sequelize = new Sequelize(proxy.through(db.database.url), { logging: false, pool: { max: 3 } })
    const tokens = db.make({ sequelize, checkTimeout: CHECK_TIMEOUT })
    const app = await protectedApp(tokens)
    try {
      await work(app, { good, revoked: String(token) })
    } finally {
      await app.close()
      proxy.hangUp()
      await sequelize.close()
    }
  }

  /** Every request is answered 503 in time, wave after wave, so that the pool would fill if connections were kept. */
  async function expectOnly503(app: ProtectedApp, encoded: string[]) {
    for (let wave = 0; wave < 3; wave++) {
      const requests = Array.from({ length: 8 }, (_, index) => seconds(app.me(encoded[index % encoded.length] as string)))
      for (const { result, took } of await Promise.all(requests)) {
        expect(result.status).toBe(503)
        expect(result.headers.get('retry-after')).toBe('1')
        expect(took).toBeLessThan(CHECK_TIMEOUT + SLACK)
      }
    }
  }

  /** Some old connections of the pool may have to be found dead first. */
  async function expectService(app: ProtectedApp, { good, revoked }: Tokens) {
    const patience = performance.now() + 5000
    while (true) {
      const answers = await Promise.all([good, revoked, good, revoked].map((encoded) => app.me(encoded)))
      const statuses = answers.map((answer) => answer.status)
      if (statuses.join() === '200,401,200,401') return
      for (const [index, status] of statuses.entries()) expect([index % 2 ? 401 : 200, 503]).toContain(status)
      expect(performance.now()).toBeLessThan(patience)
    }
  }

  test.each([{ forget: false }, { forget: true }])(
    'is answered 503, and forgotten when it speaks again (%j)',
    async ({ forget }) => {
      await withApp(async (app, tokens) => {
        await expectService(app, tokens)
        proxy.silence()
        await expectOnly503(app, Object.values(tokens))
        proxy.speak({ forget })
        await expectService(app, tokens)
      })
    },
  )

  test('holds up writes no longer, and nothing is half-written', async () => {
    const sequelize = new Sequelize(proxy.through(db.database.url), { logging: false, pool: { max: 3 } })
    const tokens = db.make({ sequelize, checkTimeout: CHECK_TIMEOUT })
    const encoded = String(await tokens.RefreshToken.forUser({ id: 1 }))
    proxy.silence()
    for (let wave = 0; wave < 3; wave++) {
      const outcomes = await seconds(Promise.allSettled(Array.from({ length: 4 }, () => tokens.refresh(encoded))))
      expect(outcomes.took).toBeLessThan(CHECK_TIMEOUT + SLACK)
      for (const outcome of outcomes.result) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_BLACKLIST_UNAVAILABLE', status: 503 } })
      }
    }
    proxy.speak()
    const { refresh } = await tokens.refresh(encoded)
    expect(refresh).toBeDefined()
    expect((await tokens.refresh(encoded)).refresh).toBe(refresh)
    await sequelize.close()
  })

  test.each([{ forget: false }, { forget: true }])('may be silent from before the first query (%j)', async ({ forget }) => {
    proxy.silence()
    await withApp(async (app, tokens) => {
      await expectOnly503(app, Object.values(tokens))
      proxy.speak({ forget })
      await expectService(app, tokens)
    })
  })
})
