import { setTimeout as sleep } from 'node:timers/promises'
import type { VerifiedCallback } from 'passport-jwt'
import { describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { signed } from '../../support/jwt'

describe('the verify callback of the app', () => {
  const db = useDatabase('sqlite')
  const start = useApps()
  const logged: unknown[][] = []
  const app = async (verify: (claims: { sub: string }, done: VerifiedCallback) => unknown) => {
    logged.length = 0
    const blacklist = db.make({ logger: { error: (...args) => logged.push(args) } })
    return start(new JwtBlacklistStrategy({ blacklist, jwtFromRequest }, verify))
  }
  const failure = Object.assign(new Error('of the app'), { status: 418 })
  const boom = () => {
    throw failure
  }

  test.each([
    ['throws', boom],
    ['is async and rejects', async () => boom()],
    ['is async and rejects later', () => sleep(5).then(boom)],
    ['calls done with an error', (_claims: object, done: VerifiedCallback) => done(failure)],
    ['calls done with an error and a user', (_claims: object, done: VerifiedCallback) => done(failure, { id: 1 })],
  ])('%s: the error goes to next', async (_, verify) => {
    const { get, errors, decide } = await app(verify)
    expect(await get(signed())).toMatchObject({ status: 418, challenge: null })
    expect(errors).toEqual([failure])
    expect(await decide(signed())).toEqual({ error: failure, user: undefined, info: undefined })
  })

  test.each([
    [
      'throws undefined',
      () => {
        throw undefined
      },
    ],
    [
      'throws null',
      () => {
        throw null
      },
    ],
    ['rejects with nothing', () => Promise.reject()],
    ['rejects with false', () => Promise.reject(false)],
    ['rejects with an empty string', () => Promise.reject('')],
  ])('%s: the request is not let through', async (_, verify) => {
    const { get, errors } = await app(verify)
    expect((await get(signed())).status).toBe(500)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(Error)
  })

  test.each([
    ['nothing', undefined],
    ['an object', { message: 'Account is locked', code: 'LOCKED' }],
    ['a text', 'Account is locked'],
    ['an error', Object.freeze(new Error('No auth token'))],
    [
      'an error named as one of ours',
      Object.freeze(Object.assign(new Error('locked'), { name: 'TokenExpiredError', code: 'LOCKED' })),
    ],
  ])('may refuse with %s, which stays as it is', async (_, info) => {
    const { get, decide } = await app((_claims, done) => done(null, false, info))
    const decision = await decide(signed())
    expect(decision.info).toBe(info)
    expect(decision).toMatchObject({ error: null, user: false })
    expect((await get(signed())).status).toBe(401)
  })

  test.each([false, null, undefined, 0, ''])('finds no user with %o', async (user) => {
    const { get } = await app((_claims, done) => done(null, user))
    expect((await get(signed())).status).toBe(401)
  })

  test('may refuse with a status, as Passport lets it', async () => {
    const { get } = await app((_claims, done) => done(null, false, 403))
    expect(await get(signed())).toMatchObject({ status: 403, challenge: null })
  })

  test('may accept with more than the user', async () => {
    const { decide } = await app((claims, done) => done(null, { id: claims.sub }, { scope: 'all' }))
    expect(await decide(signed())).toEqual({ error: null, user: { id: 'alice' }, info: { scope: 'all' } })
  })

  test.each([
    ['accepts, then refuses', (done: VerifiedCallback) => [done(null, { id: 1 }), done(null, false)], 200],
    ['refuses, then accepts', (done: VerifiedCallback) => [done(null, false), done(null, { id: 1 })], 401],
    ['accepts twice', (done: VerifiedCallback) => [done(null, { id: 1 }), done(null, { id: 2 })], 200],
  ])('%s: the first call of done counts', async (_, calls, status) => {
    const { get, decide, errors } = await app((_claims, done) => void calls(done))
    expect((await get(signed())).status).toBe(status)
    expect(await decide(signed())).toMatchObject({ error: null })
    expect(errors).toEqual([])
    expect(logged).toEqual([])
  })

  test.each([
    [
      'calls done again with an error',
      (_claims: object, done: VerifiedCallback) => {
        done(null, { id: 1 })
        done(failure)
      },
    ],
    [
      'throws after done',
      (_claims: object, done: VerifiedCallback) => {
        done(null, { id: 1 })
        throw failure
      },
    ],
    [
      'rejects after done',
      async (_claims: object, done: VerifiedCallback) => {
        done(null, { id: 1 })
        await sleep(1)
        throw failure
      },
    ],
  ])('%s: the answer stands, and the error is logged', async (_, verify) => {
    const { get, errors } = await app(verify)
    expect(await get(signed())).toMatchObject({ status: 200, text: '{"id":1}' })
    await expect.poll(() => logged).toEqual([[expect.stringContaining('verify'), failure]])
    expect(errors).toEqual([])
  })

  test('may return a query, which is not run once more', async () => {
    let runs = 0
    const query = (done: VerifiedCallback) => {
      done(null, { id: 1 })
      // biome-ignore lint/suspicious/noThenProperty: a query builder has one
      return { then: () => ++runs }
    }
    const { get } = await app((_claims, done) => query(done))
    expect((await get(signed())).status).toBe(200)
    expect(runs).toBe(0)
  })

  test('is not called for a refused token', async () => {
    const seen: string[] = []
    const { get } = await app((claims, done) => done(null, { id: seen.push(claims.sub) }))
    for (const token of [signed({ exp: 1 }), signed({ jti: undefined }), signed({ token_type: 'refresh' })]) await get(token)
    expect(seen).toEqual([])
  })
})
