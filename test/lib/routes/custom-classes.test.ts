import { describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { guardedApp } from '../../support/guarded-app'
import { claimsOf } from '../../support/jwt'
import { routeApp } from '../../support/route-apps'

interface Person {
  id: string
  name: string
}

/** Subclasses as the documentation shows them. */
function customClasses(tokens: TokenBlacklist) {
  class NamedAccessToken extends tokens.AccessToken {
    static override lifetime() {
      return 60
    }
  }
  class NamedRefreshToken extends tokens.RefreshToken {
    static override readonly accessTokenClass = NamedAccessToken

    static override async forUser(user: Person, options?: object) {
      const token = await super.forUser(user, options)
      token.claims.name = user.name
      return token
    }
  }
  class NamedSlidingToken extends tokens.SlidingToken {
    static override lifetime() {
      return 90
    }

    static override async forUser(user: Person, options?: object) {
      const token = await super.forUser(user, options)
      token.claims.name = user.name
      return token
    }
  }
  return { RefreshToken: NamedRefreshToken, SlidingToken: NamedSlidingToken, AccessToken: NamedAccessToken }
}

const LOGIN = { username: 'alice', password: 'any' }
const authenticate = ({ username }: { username: string }): Person => ({ id: username, name: `Miss ${username}` })

describe.each(DIALECTS)('subclasses of the token classes on %s', (dialect) => {
  const db = useDatabase(dialect)
  const app = async () => {
    const tokens = db.make()
    const { RefreshToken, SlidingToken } = customClasses(tokens)
    return { tokens, ...(await routeApp(tokens, { authenticate, RefreshToken, SlidingToken })) }
  }
  const claims = (encoded: unknown) => claimsOf(String(encoded))
  const lifetime = ({ iat, exp }: Record<string, unknown>) => Number(exp) - Number(iat)

  test('put their claims into the pair of a login, and keep them over refreshes', async () => {
    const { post } = await app()
    let pair = (await post('/', LOGIN)).body as { refresh: string; access: string }
    for (let refreshes = 0; refreshes < 3; refreshes++) {
      expect(claims(pair.refresh)).toMatchObject({ token_type: 'refresh', sub: 'alice', name: 'Miss alice' })
      expect(claims(pair.access)).toMatchObject({ token_type: 'access', sub: 'alice', name: 'Miss alice' })
      expect([lifetime(claims(pair.access)), lifetime(claims(pair.refresh))]).toEqual([60, 86_400])
      expect(claims(pair.access).jti).not.toBe(claims(pair.refresh).jti)
      const answer = await post('/refresh', { refresh: pair.refresh })
      expect(answer.status).toBe(200)
      pair = answer.body as typeof pair
    }
    expect((await post('/blacklist', pair)).status).toBe(200)
    expect((await post('/refresh', pair)).status).toBe(401)
  })

  test('put their claims into a sliding token and its copies', async () => {
    const { post, tokens } = await app()
    const first = (await post('/sliding', LOGIN)).body as { token: string }
    const copy = (await post('/sliding/refresh', first)).body as { token: string }
    for (const { token } of [first, copy]) {
      expect(claims(token)).toMatchObject({ token_type: 'sliding', sub: 'alice', name: 'Miss alice' })
      expect(lifetime(claims(token))).toBe(90)
    }
    await (await tokens.SlidingToken.verify(first.token)).blacklist()
    expect((await post('/sliding/refresh', copy)).status).toBe(401)
  })

  test('are what authenticate() lets pass, and names', async () => {
    const tokens = db.make()
    const { AccessToken } = customClasses(tokens)
    const { me } = await guardedApp(tokens, { tokenClasses: [AccessToken] })
    expect((await me(String(await AccessToken.forUser({ id: 'alice' })))).status).toBe(200)
    expect((await me('garbage')).body).toMatchObject({ messages: [{ token_class: 'NamedAccessToken', token_type: 'access' }] })
  })

  test('take part in the transaction that they are given', async () => {
    const tokens = db.make()
    const { RefreshToken } = customClasses(tokens)
    const transaction = await db.sequelize.transaction()
    const { jti } = await RefreshToken.forUser({ id: 'alice', name: 'Alice' }, { transaction })
    await transaction.rollback()
    expect(await tokens.models.OutstandingToken.count({ where: { jti } })).toBe(0)
  })
})
