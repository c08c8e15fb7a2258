import { beforeAll, describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { signed } from '../../support/jwt'
import { runChild } from '../../support/run-child'

const REJECTED = '418 the handler rejected'
const THREW = '418 the handler threw'
const CALLBACK = '418 the callback threw'

describe('what the app throws beyond the strategy', () => {
  let seen: { answers: Record<string, string>; left: string; alive: string; logged: string[] }
  beforeAll(async () => {
    const { code, stdout, stderr } = await runChild('throwing-app.cjs', [], { NODE_ENV: 'test' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    seen = JSON.parse(stdout)
  })

  test.each(['jwt', 'provided', 'late'])('in a handler is answered by the error handler (%s)', (name) => {
    for (const token of ['none', 'expired', 'revoked']) expect(seen.answers[`/${name}/handler ${token}`]).toBe('401 Unauthorized')
    expect(seen.answers[`/${name}/handler good`]).toBe(THREW)
    expect(seen.answers[`/${name}/async-handler good`]).toBe(REJECTED)
  })

  test.each(['jwt', 'provided', 'late', 'sync', 'async', 'provider'])(
    'in a callback is answered by the error handler (%s)',
    (name) => {
      for (const token of ['none', 'expired', 'revoked', 'good']) expect(seen.answers[`/${name}/always ${token}`]).toBe(CALLBACK)
    },
  )

  test.each(['jwt', 'provided', 'late'])('in a callback that passes errors on reaches it too (%s)', (name) => {
    for (const token of ['none', 'expired', 'revoked']) {
      expect(seen.answers[`/${name}/passing ${token}`]).toBe(`${CALLBACK}, user false`)
    }
    expect(seen.answers[`/${name}/passing good`]).toBe(`${CALLBACK}, user true`)
  })

  test('in verify or the provider is answered by the error handler', () => {
    expect(seen.answers['/sync/passing good']).toBe('418 verify threw')
    expect(seen.answers['/async/passing good']).toBe('418 verify rejected')
    expect(seen.answers['/provider/handler good']).toMatch(/^503 secretOrKeyProvider failed/)
  })

  test('with nobody to take it is logged, and the process lives', () => {
    expect(seen.left).toBe('TimeoutError')
    expect(seen.alive).toBe('200 alive')
    expect(seen.logged).toContain('passport-jwt-blacklist: the callback given to passport.authenticate threw: the callback threw')
  })
})

describe('what a callback throws while its caller waits', () => {
  const db = useDatabase('sqlite')
  const start = useApps()

  test.each([
    ['no token', undefined],
    ['a bad one', signed({ exp: 1 })],
  ])('goes to the caller, as with passport-jwt: %s', async (_, token) => {
    let calls = 0
    const strategy = new JwtBlacklistStrategy({ blacklist: db.make(), jwtFromRequest }, (claims, done) => done(null, claims))
    const { get } = await start(strategy, {
      configure: (app, passport) => {
        app.get('/promise', async (req, res, next) => {
          const asked = new Promise((resolve) => {
            passport.authenticate('jwt', (_error: unknown, user: unknown) => {
              calls++
              if (!user) throw new Error('no user')
              resolve(user)
            })(req, res, next)
          })
          res.json(await asked.catch((error: Error) => error.message))
        })
      },
    })
    expect(await get(token, '/promise')).toMatchObject({ status: 200, text: '"no user"' })
    expect(calls).toBe(1)
  })
})
