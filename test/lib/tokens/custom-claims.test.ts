import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { claimsOf, rsaKeys } from '../../support/jwt'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('claims of the app', () => {
  const db = useDatabase('sqlite')

  test('go from a refresh token to its access tokens', async () => {
    const tokens = db.make()
    const refresh = await tokens.RefreshToken.forUser({ id: 'alice' })
    refresh.claims.role = 'admin'
    refresh.claims.tenant = { id: 5 }
    const access = refresh.accessToken
    expect(access).toBeInstanceOf(tokens.AccessToken)
    expect(access.claims).toEqual({
      sub: 'alice',
      role: 'admin',
      tenant: { id: 5 },
      token_type: 'access',
      sid: refresh.jti.slice(0, 32),
      iat: expect.any(Number),
      exp: Number(access.claims.iat) + 300,
      jti: expect.stringMatching(UUID),
    })
    expect(refresh.accessToken.jti).not.toBe(access.jti)
  })

  test('go on to the successor of a refresh token', async () => {
    const tokens = db.make()
    const first = await tokens.RefreshToken.forUser({ id: 'alice' })
    first.claims.role = 'admin'
    const { access, refresh } = await tokens.refresh(String(first))
    expect(claimsOf(access)).toMatchObject({ role: 'admin', token_type: 'access', sub: 'alice' })
    expect(claimsOf(String(refresh))).toMatchObject({ role: 'admin', token_type: 'refresh', sub: 'alice' })
    expect(claimsOf(String(refresh)).jti).toBe(`${first.jti.slice(0, 32)}.2`)
  })

  test('are encoded as they stand when the token is', async () => {
    const { AccessToken } = db.make()
    const token = await AccessToken.forUser({ id: 'alice' })
    expect(claimsOf(String(token))).toEqual(token.claims)
    token.claims.role = 'admin'
    expect(`${token}`).toBe(token.toString())
    expect(claimsOf(String(token))).toEqual(token.claims)
    expect((await AccessToken.verify(String(token))).claims).toEqual(token.claims)
    const withoutIat = { jti: 'own', exp: Number(token.claims.exp) }
    expect(claimsOf(String(new AccessToken(withoutIat)))).toEqual(withoutIat)
  })

  test('may be named as the methods of every object are', async () => {
    const { RefreshToken } = db.make()
    const token = await RefreshToken.forUser({ id: 'alice' })
    Object.assign(token.claims, { toString: 'a', constructor: 'b', hasOwnProperty: 'c' })
    expect(claimsOf(String(token.accessToken))).toMatchObject({ toString: 'a', constructor: 'b', hasOwnProperty: 'c' })
    expect((await RefreshToken.verify(String(token))).claims).toEqual(token.claims)
  })

  test('can be added by subclasses, which are otherwise what they extend', async () => {
    const tokens = db.make()
    interface Member {
      id: string
      role: string
    }
    class ShortToken extends tokens.AccessToken {
      static override lifetime() {
        return 60
      }
    }
    class MemberToken extends tokens.RefreshToken {
      static override readonly accessTokenClass = ShortToken

      static async forMember(member: Member) {
        const token = await MemberToken.forUser(member)
        token.claims.role = member.role
        return token
      }

      get role() {
        return this.claims.role
      }
    }
    const token = await MemberToken.forMember({ id: 'alice', role: 'admin' })
    const verified = await MemberToken.verify(String(token))
    expect(verified).toBeInstanceOf(MemberToken)
    expect(verified.role).toBe('admin')
    expect(verified.accessToken).toBeInstanceOf(ShortToken)
    const { iat, exp, role } = verified.accessToken.claims
    expect([Number(exp) - Number(iat), role]).toEqual([60, 'admin'])
    await verified.blacklist()
    await expect(MemberToken.verify(String(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_BLACKLISTED' })
  })

  test('cannot be encoded where there is only a verifying key', async () => {
    const { RefreshToken } = db.make({ algorithm: 'RS256', signingKey: undefined, verifyingKey: rsaKeys().publicKey })
    await expect(RefreshToken.forUser({ id: 1 }).then(String)).rejects.toThrow(/^signingKey is required/)
  })
})
