import { Sequelize } from 'sequelize'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { SERVER_DIALECTS } from '../../support/databases'
import { describeEach } from '../../support/describe-each'
import { age, heard, REFUSED, rotated } from '../../support/sessions'
import { SilentProxy } from '../../support/silent-proxy'

const CHECK_TIMEOUT = 0.8
/** Longer than `checkTimeout` and `Retry-After` together. */
const GRACE = 4

describeEach(SERVER_DIALECTS)('an outage of %s that swallows the answer to a rotation', (dialect) => {
  const db = useDatabase(dialect)
  let proxy: SilentProxy
  beforeAll(async () => {
    proxy = await SilentProxy.start(db.database.url)
  })
  afterAll(() => proxy.stop())

  /** A process of the app. Once `falls` is set, its next commit arrives, and from then on no answer does. */
  function server() {
    const state = { falls: false }
    const logging = (sql: string) => {
      if (!state.falls || !sql.endsWith('COMMIT')) return
      state.falls = false
      proxy.swallowAnswers()
    }
    const sequelize = new Sequelize(proxy.through(db.database.url), { logging })
    const tokens = db.make({ sequelize, checkTimeout: CHECK_TIMEOUT, rotationGracePeriod: GRACE })
    return { sequelize, tokens, state, reuse: heard(tokens, 'reuse') }
  }

  const unavailable = { code: 'ERR_BLACKLIST_UNAVAILABLE', headers: { 'Retry-After': '1' } }
  const second = () => new Promise((done) => setTimeout(done, 1000))

  test('does not count against the client who retries as it was told, at whatever process', async () => {
    const [first, other] = [server(), server()]
    const { refresh } = await first.tokens.obtainPair({ id: 'patient' })
    const { refresh: stolen } = await first.tokens.obtainPair({ id: 'robbed' })
    await rotated(first.tokens, stolen)
    await age(first.tokens, GRACE + 1)
    await other.tokens.sessionsOf('patient')
    first.state.falls = true
    await expect(first.tokens.refresh(refresh)).rejects.toMatchObject(unavailable)
    for (let attempt = 0; attempt < GRACE + 1; attempt++) {
      await second()
      await expect(other.tokens.refresh(refresh)).rejects.toMatchObject(unavailable)
      await expect(first.tokens.verify(refresh)).rejects.toMatchObject(unavailable)
    }
    proxy.speak()
    await second()
    const answers = [await rotated(other.tokens, refresh), await rotated(first.tokens, refresh)]
    expect(answers[1]?.refresh).toBe(answers[0]?.refresh)
    await rotated(first.tokens, String(answers[0]?.refresh))
    expect([first.reuse, other.reuse]).toEqual([[], []])

    await expect(other.tokens.refresh(stolen)).rejects.toMatchObject(REFUSED)
    expect(other.reuse).toHaveLength(1)
    await first.sequelize.close()
    await other.sequelize.close()
  })

  test('is over after the grace period', async () => {
    const { sequelize, tokens, state, reuse } = server()
    const { refresh } = await tokens.obtainPair({ id: 'late' })
    state.falls = true
    await expect(tokens.refresh(refresh)).rejects.toMatchObject(unavailable)
    proxy.speak()
    await second()
    await tokens.verify(String((await tokens.obtainPair({ id: 'late' })).access))
    for (let waited = 0; waited < GRACE; waited++) await second()
    await expect(tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
    expect(reuse).toHaveLength(1)
    await sequelize.close()
  })

  test('is no longer for a process that had nothing to do since', async () => {
    const [busy, idle] = [server(), server()]
    const { access, refresh } = await busy.tokens.obtainPair({ id: 'robbed later' })
    proxy.swallowAnswers()
    await expect(idle.tokens.verify(access)).rejects.toMatchObject(unavailable)
    proxy.speak()
    await second()
    await rotated(busy.tokens, refresh)
    for (let waited = 0; waited <= GRACE; waited++) await second()
    await expect(idle.tokens.refresh(refresh)).rejects.toMatchObject(REFUSED)
    expect(idle.reuse).toHaveLength(1)
    await busy.sequelize.close()
    await idle.sequelize.close()
  })
})
