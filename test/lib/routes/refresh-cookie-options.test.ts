import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { authenticate } from '../../support/route-apps'

const WRONG: [string, unknown][] = [
  ['refreshCookie', null],
  ['refreshCookie', true],
  ['refreshCookie', 'refresh'],
  ['refreshCookie', ['refresh']],
  ['refreshCookie.samesite', { samesite: 'lax' }],
  ['refreshCookie.httpOnly', { httpOnly: false }],
  ['refreshCookie.name', { name: '' }],
  ['refreshCookie.name', { name: 'a b' }],
  ['refreshCookie.name', { name: 'a=b' }],
  ['refreshCookie.name', { name: 7 }],
  ['refreshCookie.path', { path: '' }],
  ['refreshCookie.path', { path: 'api' }],
  ['refreshCookie.path', { path: '/a;b' }],
  ['refreshCookie.path', { path: 7 }],
  ['refreshCookie.domain', { domain: '' }],
  ['refreshCookie.domain', { domain: 'https://example.com' }],
  ['refreshCookie.domain', { domain: 'example.com; Path=/' }],
  ['refreshCookie.domain', { domain: 7 }],
  ['refreshCookie.sameSite', { sameSite: 'Lax' }],
  ['refreshCookie.sameSite', { sameSite: true }],
  ['refreshCookie.secure', { secure: 'yes' }],
  ['refreshCookie.secure', { secure: false, sameSite: 'none' }],
  ['refreshCookie.secure', { secure: false, name: '__Secure-refresh' }],
  ['refreshCookie.secure', { secure: false, name: '__Host-refresh', path: '/' }],
  ['refreshCookie.path', { name: '__Host-refresh' }],
  ['refreshCookie.domain', { name: '__Host-refresh', path: '/', domain: 'example.com' }],
  ['refreshCookie.allowedOrigins', { allowedOrigins: 'https://app.example.com' }],
  ['refreshCookie.allowedOrigins', { allowedOrigins: ['https://app.example.com/'] }],
  ['refreshCookie.allowedOrigins', { allowedOrigins: ['app.example.com'] }],
  ['refreshCookie.allowedOrigins', { allowedOrigins: ['*'] }],
  ['refreshCookie.allowedOrigins', { allowedOrigins: ['null'] }],
  ['refreshCookie.allowedOrigins', { allowedOrigins: [7] }],
]

const RIGHT: object[] = [
  {},
  { name: '__Host-refresh', path: '/' },
  { name: undefined, path: undefined, domain: undefined, sameSite: undefined, secure: undefined, allowedOrigins: undefined },
  { domain: '.example.com', path: '/', allowedOrigins: [] },
  { sameSite: 'none', allowedOrigins: ['https://app.example.com', 'http://localhost:5173'] },
]

describe('routes', () => {
  const db = useDatabase('sqlite')

  test.each(WRONG)('refuse %s: %j', (option, refreshCookie) => {
    const make = () => db.make().routes({ authenticate, refreshCookie: refreshCookie as never })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(new RegExp(`^${option.replace('.', '\\.')} (must be|is not)`))
  })

  test.each(RIGHT)('take %j', (refreshCookie) => {
    expect(db.make().routes({ authenticate, refreshCookie })).toBeTypeOf('function')
  })
})
