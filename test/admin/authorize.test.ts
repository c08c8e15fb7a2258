import { describe, expect, test } from 'vitest'
import { type AdminOptions, adminRoutes } from '../../lib/admin'
import { STYLE_PATH } from '../../lib/admin/style'
import { adminApp, MOUNTS } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'

const PATHS = ['/', '', '/outstanding', '/blacklisted', '/blacklisted/remove?id=1&jti=x', '/flush', STYLE_PATH, '/elsewhere']

describe('authorize', () => {
  const db = useDatabase('sqlite')

  test.each(MOUNTS)('in %s, who is not staff gets nothing, whatever is asked for', async (mount) => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'kept', exp: Date.now() })
    for (const answer of [false, null, undefined, 0, '', Promise.resolve(false)]) {
      const { browser, errors } = await adminApp(tokens, { mount, authorize: () => answer })
      for (const path of PATHS) {
        for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
          const { status, html, headers } = await browser().request(path, { method })
          expect([status, html, headers.getSetCookie()]).toEqual([403, '', []])
          expect(headers.get('content-security-policy')).toBe(null)
        }
      }
      expect(await browser().post('/outstanding/blacklist', { one: 'kept' })).toMatchObject({ status: 403, html: '' })
      expect(errors).toEqual([])
    }
    expect(await tokens.isBlacklisted({ jti: 'kept' })).toBe(false)
  })

  test.each(MOUNTS)('in %s, staff are let in, and what the admin does not know is left to the app', async (mount) => {
    const { browser, errors } = await adminApp(db.make(), { mount, authorize: async (req) => req.headers['x-staff'] })
    const ask = (path: string) => browser().get(path, { 'x-staff': 'alice' })
    for (const path of ['/', '', '/outstanding', '/outstanding/', '/outstanding?filter=active', '/blacklisted', STYLE_PATH]) {
      expect([path, (await ask(path)).status]).toEqual([path, 200])
    }
    for (const path of ['/elsewhere', '/outstanding/elsewhere', '/%zz', '/__proto__', '/constructor', '/flush.css']) {
      expect([path, await ask(path)]).toMatchObject([path, { status: 404, html: 'the app itself' }])
    }
    expect(errors).toEqual([])
  })

  test.each(MOUNTS)('in %s, what it throws goes to next', async (mount) => {
    const boom = new Error('the user table is gone')
    for (const [thrown, message] of [
      [boom, boom.message],
      [undefined, 'The app threw what is no Error'],
      ['router', 'The app threw what is no Error'],
    ] as const) {
      const rejecting = () => Promise.reject(thrown)
      const throwing = () => {
        throw thrown
      }
      for (const authorize of [rejecting, throwing]) {
        const { browser, errors } = await adminApp(db.make(), { mount, authorize })
        expect(await browser().get('/')).toMatchObject({ status: 500, html: 'the app itself' })
        expect(errors).toMatchObject([{ message }])
      }
    }
  })

  test('misuse is a TypeError that names what is wrong', () => {
    const tokens = db.make()
    const authorize = () => true
    const misuses: [unknown, unknown, RegExp][] = [
      [tokens, undefined, /^options must be an object/],
      [tokens, {}, /^authorize must be a function .*; got undefined$/],
      [tokens, { authorize: true }, /^authorize must be a function .*; got true$/],
      [tokens, { authorize, describeUser: 'name' }, /^describeUser must be a function .*; got "name"$/],
      [tokens, { authorize, descibeUser: () => ({}) }, /^descibeUser is not an option of adminRoutes$/],
      [undefined, { authorize }, /^tokens must be a TokenBlacklist; got undefined$/],
      [{}, { authorize }, /^tokens must be a TokenBlacklist; got an object$/],
    ]
    for (const [given, options, message] of misuses) {
      const use = () => adminRoutes(given as typeof tokens, options as AdminOptions)
      expect(use).toThrow(TypeError)
      expect(use).toThrow(message)
    }
  })
})
