import { describe, expect, test } from 'vitest'
import type { TokenBlacklist, TokenBlacklistOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { makeMembers } from '../../support/members'
import { routeApp } from '../../support/route-apps'
import { rowsOf } from '../../support/rows'
import { inSeconds } from '../../support/seconds'

const NO_ACCOUNT = { status: 401, body: { detail: 'No active account found for the given token.' } }
const CHANGED = { status: 401, body: { detail: "The user's password has been changed.", code: 'password_changed' } }
const BLACKLISTED = { status: 401, body: { detail: 'Token is blacklisted', code: 'token_not_valid' } }

const ROUTES = [
  ['/refresh', 'refresh', 'RefreshToken'],
  ['/sliding/refresh', 'token', 'SlidingToken'],
] as const

describe.each(DIALECTS)('the user of a refresh on %s', (dialect) => {
  const db = useDatabase(dialect)

  describe.each(ROUTES)('by %s', (route, field, name) => {
    const app = async (options: Partial<TokenBlacklistOptions> = {}) => {
      const members = makeMembers()
      const tokens: TokenBlacklist = db.make({ findUser: members.findUser, ...options })
      const { post, errors } = await routeApp(tokens)
      const refresh = (token: unknown) => post(route, { [field]: String(token) })
      return { ...members, tokens, refresh, errors, token: await tokens[name].forUser({ ...members.members.alice }) }
    }

    test('must be there', async () => {
      const { members, refresh, token, tokens } = await app()
      delete members.alice
      const answer = await refresh(token)
      expect(answer).toMatchObject(NO_ACCOUNT)
      expect(answer.body).not.toHaveProperty('code')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"')
      // Nothing was done to the token: its user may come back.
      expect((await rowsOf(tokens, token.jti)).blacklisted).toEqual([])
    })

    test('must be allowed by userAuthenticationRule', async () => {
      const { members, refresh, token } = await app()
      Object.assign(members.alice as object, { isActive: false })
      expect(await refresh(token)).toMatchObject(NO_ACCOUNT)
      const lenient = await app({ checkUserIsActive: false, findUser: () => ({ isActive: false }) })
      expect((await lenient.refresh(lenient.token)).status).toBe(200)
      const strict = await app({ userAuthenticationRule: async () => false })
      expect(await strict.refresh(strict.token)).toMatchObject(NO_ACCOUNT)
    })

    test('must have the password that it had, with checkRevokeToken', async () => {
      const { members, refresh, token } = await app({ checkRevokeToken: true })
      const alice = members.alice as NonNullable<typeof members.alice>
      const { password } = alice
      alice.password = 'another hash'
      expect(await refresh(token)).toMatchObject(CHANGED)
      alice.password = password
      expect((await refresh(token)).status).toBe(200)
    })

    test('does not matter where the token is blacklisted', async () => {
      const { members, refresh, token, tokens } = await app()
      await token.blacklist()
      for (const change of [{ isActive: false }, undefined]) {
        if (change) Object.assign(members.alice as object, change)
        else delete members.alice
        expect(await refresh(token)).toMatchObject(BLACKLISTED)
      }
      expect((await rowsOf(tokens, token.jti)).blacklisted).toHaveLength(1)
    })

    test('is not asked for where the token names none, or the app has no findUser', async () => {
      const without = await app({ findUser: undefined })
      expect((await without.refresh(without.token)).status).toBe(200)
      const { refresh, tokens } = await app({ findUser: () => expect.unreachable() })
      const claims = { sub: undefined, token_type: tokens[name].tokenType, refresh_exp: inSeconds(60) }
      expect((await refresh(signed(claims))).status).toBe(200)
    })

    test('is asked for by id and claims', async () => {
      const asked: unknown[] = []
      const { refresh, token } = await app({ findUser: (...args) => asked.push(args) && {} })
      expect((await refresh(token)).status).toBe(200)
      expect(asked).toEqual([['alice', claimsOf(String(token))]])
    })

    test('that cannot be found out goes to next', async () => {
      const boom = new Error('the user table is gone')
      const { refresh, token, errors } = await app({ findUser: () => Promise.reject(boom) })
      expect(await refresh(token)).toMatchObject({ status: 500, body: 'error handler' })
      expect(errors).toEqual([boom])
    })

    test('is not asked for a token of another type, but the blacklist is', async () => {
      const { refresh, tokens } = await app({ findUser: () => expect.unreachable() })
      const other = name === 'RefreshToken' ? tokens.SlidingToken : tokens.RefreshToken
      const token = await other.forUser({ id: 'alice' })
      expect(await refresh(token)).toMatchObject({ status: 401, body: { detail: 'Token has wrong type' } })
      await token.blacklist()
      expect(await refresh(token)).toMatchObject(BLACKLISTED)
    })
  })
})
