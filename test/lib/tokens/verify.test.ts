import { describe, expect, test } from 'vitest'
import type { Claims, TokenBlacklistOptions } from '../../../lib'
import { SECRET, useDatabase } from '../../support/blacklist'
import { forged, hs256, rsaKeys, unsigned } from '../../support/jwt'

const NOW = 1_800_000_000
const GOOD: Claims = { jti: 'good', token_type: 'refresh', exp: NOW + 60, sub: 'alice' }
const OTHER_SECRET = 'another secret of more than thirty-two bytes'
const signed = (claims: Claims = {}) => forged({ ...GOOD, ...claims })
const without = (claim: string) => signed({ [claim]: undefined })

describe('verify', () => {
  const db = useDatabase('sqlite')
  const at = (now: number, options: Partial<TokenBlacklistOptions> = {}) => db.make({ clock: () => now * 1000, ...options })
  const codeOf = (verifying: Promise<unknown>) =>
    verifying.then(
      () => undefined,
      (error: { code?: string }) => error.code,
    )

  test('gives the token with its claims', async () => {
    const token = await at(NOW).RefreshToken.verify(signed())
    expect(token.claims).toEqual(GOOD)
    expect(await at(NOW).verify(signed())).toEqual(GOOD)
  })

  test.each<[string, string, string]>([
    ['of another type', signed({ token_type: 'access' }), 'ERR_TOKEN_WRONG_TYPE'],
    ['whose type is no string', signed({ token_type: null }), 'ERR_TOKEN_WRONG_TYPE'],
    ['without type', without('token_type'), 'ERR_TOKEN_NO_TYPE'],
    ['without exp', without('exp'), 'ERR_TOKEN_NO_EXP'],
    ['that expired', signed({ exp: NOW - 60 }), 'ERR_TOKEN_EXPIRED'],
    ['that expires now', signed({ exp: NOW }), 'ERR_TOKEN_EXPIRED'],
    ['that is not yet valid', signed({ nbf: NOW + 1 }), 'ERR_TOKEN_NOT_ACTIVE'],
    ['without jti', without('jti'), 'ERR_TOKEN_NO_JTI'],
    ['with an empty jti', signed({ jti: '' }), 'ERR_TOKEN_NO_JTI'],
    ['with a jti that is no string', signed({ jti: 7 }), 'ERR_TOKEN_NO_JTI'],
    ['with a jti that is too long', signed({ jti: 'x'.repeat(256) }), 'ERR_TOKEN_NO_JTI'],
    ['with a jti that no database holds', signed({ jti: 'a\0' }), 'ERR_TOKEN_NO_JTI'],
    ['whose exp is no number', signed({ exp: 'tomorrow' }), 'ERR_TOKEN_INVALID'],
    ['signed with another key', forged(GOOD, OTHER_SECRET), 'ERR_TOKEN_INVALID'],
    ['signed with another algorithm', forged(GOOD, SECRET, { algorithm: 'HS512' }), 'ERR_TOKEN_INVALID'],
    ['that is not signed', unsigned({ alg: 'none', typ: 'JWT' }, GOOD), 'ERR_TOKEN_INVALID'],
    ['signed with its key, but by its header not at all', hs256({ alg: 'none' }, GOOD, SECRET), 'ERR_TOKEN_INVALID'],
    ['whose signature was cut off', signed().replace(/[^.]*$/, ''), 'ERR_TOKEN_INVALID'],
    ['whose payload is no JSON', forged('{'), 'ERR_TOKEN_INVALID'],
    ['whose payload is null', forged(null), 'ERR_TOKEN_INVALID'],
    ['whose payload is an array', forged([]), 'ERR_TOKEN_NO_EXP'],
    ['that is garbage', 'garbage', 'ERR_TOKEN_INVALID'],
    ['that is nothing', '', 'ERR_TOKEN_INVALID'],
    ['that is no string', 7 as unknown as string, 'ERR_TOKEN_INVALID'],
  ])('refuses a token %s', async (_name, encoded, code) => {
    expect(await codeOf(at(NOW).RefreshToken.verify(encoded))).toBe(code)
    expect(await codeOf(at(NOW).refresh(encoded))).toBe(code)
  })

  test('refuses a token that is blacklisted', async () => {
    const tokens = at(NOW)
    await tokens.blacklist({ jti: 'black', exp: NOW + 60 })
    expect(await codeOf(tokens.RefreshToken.verify(signed({ jti: 'black' })))).toBe('ERR_TOKEN_BLACKLISTED')
    expect(await codeOf(tokens.verify(signed({ jti: 'black' })))).toBe('ERR_TOKEN_BLACKLISTED')
  })

  test('refuses a token whose session is blacklisted', async () => {
    const tokens = at(NOW)
    await tokens.blacklist({ jti: 'session', exp: NOW + 60 })
    expect(await codeOf(tokens.RefreshToken.verify(signed({ sid: 'session' })))).toBe('ERR_TOKEN_BLACKLISTED')
    expect(await codeOf(tokens.refresh(signed({ sid: 'session' })))).toBe('ERR_TOKEN_BLACKLISTED')
  })

  test('accepts a token within the leeway, and not at its end', async () => {
    const verifying = (now: number) => at(now, { leeway: 10 }).RefreshToken.verify(signed({ nbf: NOW }))
    expect(await codeOf(verifying(NOW + 69))).toBeUndefined()
    expect(await codeOf(verifying(NOW + 70))).toBe('ERR_TOKEN_EXPIRED')
    expect(await codeOf(verifying(NOW - 10))).toBeUndefined()
    expect(await codeOf(verifying(NOW - 11))).toBe('ERR_TOKEN_NOT_ACTIVE')
  })

  test('wants the issuer and one of the audiences that are set', async () => {
    const tokens = at(NOW, { issuer: 'us', audience: ['web', 'phone'] })
    expect(await codeOf(tokens.RefreshToken.verify(signed({ iss: 'us', aud: 'phone' })))).toBeUndefined()
    expect(await codeOf(tokens.RefreshToken.verify(signed({ iss: 'us', aud: ['x', 'web'] })))).toBeUndefined()
    for (const claims of [{ iss: 'us' }, { aud: 'web' }, { iss: 'them', aud: 'web' }, { iss: 'us', aud: 'x' }, {}])
      expect(await codeOf(tokens.RefreshToken.verify(signed(claims)))).toBe('ERR_TOKEN_INVALID')
    const { refresh, access } = await tokens.obtainPair({ id: 1 })
    expect((await tokens.RefreshToken.verify(refresh)).claims).toMatchObject({ iss: 'us', aud: ['web', 'phone'] })
    expect((await tokens.AccessToken.verify(access)).claims).toMatchObject({ iss: 'us', aud: ['web', 'phone'] })
  })

  test('does not take a public key for a secret', async () => {
    const { privateKey, publicKey } = rsaKeys()
    const tokens = at(NOW, { algorithm: 'RS256', signingKey: privateKey })
    expect(await codeOf(tokens.RefreshToken.verify(forged(GOOD, publicKey)))).toBe('ERR_TOKEN_INVALID')
    expect(await codeOf(tokens.RefreshToken.verify(forged(GOOD, privateKey, { algorithm: 'RS256' })))).toBeUndefined()
  })

  test('accepts any type of token where none is asked for', async () => {
    for (const encoded of [signed({ token_type: 'access' }), without('token_type')])
      expect(await codeOf(at(NOW).verify(encoded))).toBeUndefined()
  })
})
