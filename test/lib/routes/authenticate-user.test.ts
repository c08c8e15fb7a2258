import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Claims, TokenUser } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { guardedApp } from '../../support/guarded-app'
import { claimsOf, signed } from '../../support/jwt'
import { makeMembers } from '../../support/members'

describe.each(DIALECTS)('the user of authenticate() on %s', (dialect) => {
  const db = useDatabase(dialect)
  const access = async (tokens: ReturnType<typeof db.make>, user: object) => String(await tokens.AccessToken.forUser(user))

  test('is the one that findUser finds, by id and claims', async () => {
    const { members, findUser } = makeMembers()
    const asked: unknown[] = []
    const tokens = db.make({
      findUser: (id, claims) => {
        asked.push([id, claims])
        return findUser(id)
      },
    })
    const { me } = await guardedApp(tokens)
    const token = await access(tokens, { id: 'alice' })
    expect((await me(token)).body).toMatchObject({ user: members.alice, auth: { sub: 'alice' } })
    expect(asked).toEqual([['alice', claimsOf(token)]])
  })

  test('must be there', async () => {
    for (const nobody of [undefined, null, false] as const) {
      const tokens = db.make({ findUser: () => nobody })
      const { me } = await guardedApp(tokens)
      expect(await me(await access(tokens, { id: 'alice' }))).toMatchObject({
        status: 401,
        challenge: 'Bearer realm="api"',
        body: { detail: 'User not found', code: 'user_not_found' },
      })
    }
  })

  test('must be active, unless checkUserIsActive says otherwise', async () => {
    const INACTIVE = { status: 401, body: { detail: 'User is inactive', code: 'user_inactive' } }
    for (const inactive of [{ isActive: false }, { is_active: false }, { isActive: 0 }, { is_active: 0 }]) {
      const findUser = () => ({ id: 'alice', ...inactive })
      const tokens = db.make({ findUser })
      const token = await access(tokens, { id: 'alice' })
      expect(await (await guardedApp(tokens)).me(token)).toMatchObject(INACTIVE)
      const lenient = await guardedApp(db.make({ findUser, checkUserIsActive: false }))
      expect((await lenient.me(token)).status).toBe(200)
    }
    for (const active of [{ isActive: true }, { is_active: 1 }, {}, { isActive: null }]) {
      const tokens = db.make({ findUser: () => ({ id: 'alice', ...active }) })
      expect((await (await guardedApp(tokens)).me(await access(tokens, { id: 'alice' }))).status).toBe(200)
    }
  })

  test('must have the password that it had, with checkRevokeToken', async () => {
    const { members, findUser } = makeMembers()
    const tokens = db.make({ findUser, checkRevokeToken: true })
    const { me } = await guardedApp(tokens)
    const alice = members.alice as NonNullable<typeof members.alice>
    const { refresh } = await tokens.obtainPair(alice)
    const refreshed = await tokens.refresh(refresh)
    const digest = createHash('md5').update(alice.password).digest('hex').toUpperCase()
    for (const token of [refresh, refreshed.access]) expect(claimsOf(token).hash_password).toBe(digest)
    expect((await me(refreshed.access)).status).toBe(200)

    const CHANGED = { status: 401, body: { detail: "The user's password has been changed.", code: 'password_changed' } }
    const before = await access(db.make(), alice)
    expect(await me(before)).toMatchObject(CHANGED)
    alice.password = 'another hash'
    expect(await me(refreshed.access)).toMatchObject(CHANGED)
    expect((await me(await access(tokens, alice))).status).toBe(200)
  })

  test('has its password where passwordField says, and the digest goes where revokeTokenClaim says', async () => {
    const user = { id: 'alice', secret: 'hash' }
    const options = { findUser: () => user, checkRevokeToken: true, passwordField: 'secret', revokeTokenClaim: 'pwd' }
    const tokens = db.make(options)
    const { me, errors } = await guardedApp(tokens)
    const token = await access(tokens, user)
    expect(claimsOf(token)).toMatchObject({ pwd: expect.stringMatching(/^[0-9A-F]{32}$/) })
    expect(claimsOf(token)).not.toHaveProperty('hash_password')
    expect((await me(token)).status).toBe(200)
    expect(errors).toEqual([])
    await expect(tokens.obtainPair({ id: 'alice' })).rejects.toThrow(/^user\.secret must be the hash/)
  })

  test('is a tokenUserClass of the claims where there is no findUser', async () => {
    class Badge extends TokenUser {
      readonly label: string
      constructor(claims: Claims, id: string) {
        super(claims, id)
        this.label = `${id}, ${String(claims.role)}`
      }
    }
    const { me } = await guardedApp(db.make({ tokenUserClass: Badge }))
    const { body } = await me(signed({ token_type: 'access', sub: 5, role: 'admin' }))
    expect(body).toMatchObject({ user: { id: '5', label: '5, admin' } })
  })

  test('that cannot be found out goes to next', async () => {
    const boom = new Error('the user table is gone')
    for (const [thrown, expected] of [
      [boom, boom],
      [undefined, { message: 'The app threw what is no Error' }],
    ] as const) {
      const tokens = db.make({ findUser: () => Promise.reject(thrown) })
      const { me, errors } = await guardedApp(tokens)
      expect(await me(await access(tokens, { id: 'alice' }))).toMatchObject({ status: 500, body: 'error handler' })
      expect(errors).toMatchObject([expected])
    }
  })
})
