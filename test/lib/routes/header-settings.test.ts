import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { guardedApp } from '../../support/guarded-app'
import { routeApp } from '../../support/route-apps'

describe.each(DIALECTS)('the settings of the header on %s', (dialect) => {
  const db = useDatabase(dialect)

  test('authHeaderTypes are the schemes, of which the first is the challenge', async () => {
    const tokens = db.make({ authHeaderTypes: ['JWT', 'Bearer'] })
    const { me } = await guardedApp(tokens)
    const access = await tokens.AccessToken.forUser({ id: 'alice' })
    for (const scheme of ['JWT', 'jwt', 'Bearer']) expect((await me({ authorization: `${scheme} ${access}` })).status).toBe(200)
    expect(await me({ authorization: `Token ${access}` })).toMatchObject({ status: 401, challenge: 'JWT realm="api"' })
    const { post } = await routeApp(tokens)
    const { status, headers } = await post('/refresh', { refresh: 'garbage' })
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'JWT realm="api"'])
  })

  test('authHeaderName is the one header that is read, in any case', async () => {
    for (const authHeaderName of ['X-Access-Token', 'x-access-token']) {
      const tokens = db.make({ authHeaderName })
      const { me } = await guardedApp(tokens)
      const authorization = `Bearer ${await tokens.AccessToken.forUser({ id: 'alice' })}`
      expect((await me({ 'x-access-token': authorization })).status).toBe(200)
      expect((await me({ authorization })).status).toBe(401)
    }
  })

  test('authTokenClasses are the types that are accepted', async () => {
    const types = { access: 'AccessToken', sliding: 'SlidingToken', refresh: 'RefreshToken' } as const
    for (const authTokenClasses of [['access'], ['sliding'], ['sliding', 'access']] as ('access' | 'sliding')[][]) {
      const tokens = db.make({ authTokenClasses })
      const { me } = await guardedApp(tokens)
      for (const [type, name] of Object.entries(types)) {
        const token = String(await tokens[name].forUser({ id: 'alice' }))
        const accepted = (authTokenClasses as string[]).includes(type)
        const answer = await me(token)
        expect([type, answer.status]).toEqual([type, accepted ? 200 : 401])
        if (!accepted) {
          const { messages } = answer.body as { messages: { token_type: string }[] }
          expect(messages.map(({ token_type }) => token_type)).toEqual(authTokenClasses)
        }
      }
    }
  })

  test('tokenClasses of one guard are asked instead, subclasses too', async () => {
    const tokens = db.make()
    class InviteToken extends tokens.AccessToken {
      static override readonly tokenType = 'invite'
    }
    const { me } = await guardedApp(tokens, { tokenClasses: [InviteToken] })
    const invite = await InviteToken.forUser({ id: 'alice' })
    expect(await me(String(invite))).toMatchObject({ status: 200, body: { auth: { token_type: 'invite' } } })
    const message = { token_class: 'InviteToken', token_type: 'invite', message: 'Token has wrong type' }
    expect(await me(String(await tokens.AccessToken.forUser({ id: 'alice' })))).toMatchObject({
      status: 401,
      body: { messages: [message] },
    })
    await invite.blacklist()
    expect((await me(String(invite))).status).toBe(401)
  })
})
