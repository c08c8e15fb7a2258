import jwt from 'jsonwebtoken'
import type { Ask } from './send'

const OTHER_KEY = 'quite another key, of more than thirty-two bytes'

/** Every way in which a body can be wrong, for a route that takes these fields. */
export async function badBodies(
  ask: (name: string, path: string, request: Ask) => Promise<unknown>,
  route: string,
  fields: Record<string, string>,
  name: string,
): Promise<void> {
  const path = `/api/token${route}`
  const all = <T>(value: T) => Object.fromEntries(Object.keys(fields).map((field) => [field, value]))
  const missing =
    name === 'obtain' ? 'obtain missing both' : name === '/sliding/refresh/' ? 'sliding refresh missing' : `${name} missing`
  await ask(missing, path, { json: {} })
  await ask(`${name} blank`, path, { json: all('') })
  await ask(`${name} white space`, path, { json: all('  ') })
  await ask(`${name} null`, path, { json: all(null) })
  await ask(`${name} a number`, path, { json: all(17) })
  await ask(`${name} a boolean`, path, { json: all(true) })
  await ask(`${name} an object`, path, { json: all({ a: 1 }) })
  await ask(`${name} an array`, path, { json: all(['a']) })
  await ask(`${name} with NUL`, path, { json: all('a\0b') })
  await ask(`${name} array body`, path, { json: [] })
  await ask(`${name} null body`, path, { json: null })
  await ask(`${name} string body`, path, { json: 'x' })
  await ask(`${name} number body`, path, { json: 1.5 })
  await ask(`${name} malformed JSON`, path, { raw: '{"a', type: 'application/json' })
  await ask(`${name} empty body`, path, { raw: '', type: 'application/json' })
  await ask(`${name} form`, path, { raw: String(new URLSearchParams(all(''))), type: 'application/x-www-form-urlencoded' })
  const twice = [...Object.entries(all('x')), ...Object.entries(all(''))]
  await ask(`${name} form twice`, path, { raw: String(new URLSearchParams(twice)), type: 'application/x-www-form-urlencoded' })
  await ask(`${name} wrong media type`, path, { raw: 'x', type: 'text/plain' })
  for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) await ask(`${name} ${method}`, path, { method })
}

/** The claims as tokens, each spoilt in another way. */
export function forgeries(claims: Record<string, unknown>, key: string): [string, string][] {
  const now = Math.floor(Date.now() / 1000)
  const without = (...names: string[]) => Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))
  return [
    ['wrong key', jwt.sign(claims, OTHER_KEY)],
    ['alg none', jwt.sign(claims, null, { algorithm: 'none' })],
    ['another algorithm', jwt.sign(claims, key, { algorithm: 'HS384' })],
    ['expired', jwt.sign({ ...claims, exp: now - 60 }, key)],
    ['no exp', jwt.sign(without('exp'), key)],
    ['no jti', jwt.sign(without('jti'), key)],
    ['no type', jwt.sign(without('token_type'), key)],
    ['wrong type', jwt.sign({ ...claims, token_type: 'other' }, key)],
  ]
}
