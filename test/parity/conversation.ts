import jwt from 'jsonwebtoken'

/** An answer in the form of the recording: JWTs shown as their sorted claim names. */
export interface Answer {
  name: string
  status: number
  www: string | undefined
  allow: string | undefined
  type: string | undefined
  body: unknown
}

interface Ask {
  method?: string
  /** A value to send as JSON. */
  json?: unknown
  /** A body to send as it is. */
  raw?: string
  type?: string
  /** The whole Authorization header. */
  authorization?: string
}

export interface Server {
  base: string
  signingKey: string
}

const CREDENTIALS = { username: 'alice', password: 'wonderland' }
const OTHER_KEY = 'quite another key, of more than thirty-two bytes'

/** The routes, and the field in which each takes its token. */
const ROUTES = [
  { route: '/refresh/', field: 'refresh', type: 'refresh' },
  { route: '/blacklist/', field: 'refresh', type: 'refresh' },
  { route: '/verify/', field: 'token', type: 'refresh' },
  { route: '/sliding/refresh/', field: 'token', type: 'sliding' },
]

/** Holds the same conversation with whichever server it is given. */
export async function converse({ base, signingKey }: Server): Promise<Answer[]> {
  const answers: Answer[] = []
  const ask = async (name: string, path: string, request: Ask = {}) => {
    const { answer, body } = await send(base, name, path, request)
    answers.push(answer)
    return body as Record<string, string>
  }
  const post = (name: string, route: string, json: unknown) => ask(name, `/api/token${route}`, { json })
  const me = (name: string, authorization?: string) =>
    ask(name, '/me/', { method: 'GET', ...(authorization && { authorization }) })

  await badBodies(ask, '/', { username: 'alice', password: 'wonderland' }, 'obtain')
  await badBodies(ask, '/sliding/', { username: 'alice', password: 'wonderland' }, 'sliding obtain')
  for (const { route, field } of ROUTES) await badBodies(ask, route, { [field]: 'x' }, route)

  const pair = await post('obtain ok', '/', CREDENTIALS)
  await post('obtain wrong password', '/', { ...CREDENTIALS, password: 'looking-glass' })
  await post('obtain unknown user', '/', { ...CREDENTIALS, username: 'nobody' })
  await post('obtain inactive user', '/', { ...CREDENTIALS, username: 'inactive' })
  await post('sliding obtain wrong password', '/sliding/', { ...CREDENTIALS, password: 'looking-glass' })

  await me('me access ok', `Bearer ${pair.access}`)
  await me('me no header')
  await me('me refresh token as access', `Bearer ${pair.refresh}`)
  await me('me garbage', 'Bearer garbage')
  await me('me other scheme', 'Token garbage')
  await me('me lowercase scheme', `bearer ${pair.access}`)
  await me('me empty header', 'Bearer')
  await me('me three parts', 'Bearer one two')
  const own = claimsOf(pair.access as string)
  for (const [name, encoded] of forgeries(own, signingKey)) await me(`me ${name}`, `Bearer ${encoded}`)
  await me('me unknown user', `Bearer ${jwt.sign({ ...own, user_id: 987_654 }, signingKey)}`)
  await me('me no user', `Bearer ${jwt.sign({ ...own, user_id: undefined }, signingKey)}`)

  for (const { route, field, type } of ROUTES) {
    const claims = { ...claimsOf(pair.refresh as string), token_type: type, ...(type === 'sliding' && { refresh_exp: own.exp }) }
    await post(`${route} garbage`, route, { [field]: 'garbage' })
    for (const [name, encoded] of forgeries(claims, signingKey)) await post(`${route} ${name}`, route, { [field]: encoded })
    await post(`${route} access`, route, { [field]: pair.access })
  }

  await post('verify refresh ok', '/verify/', { token: pair.refresh })
  await post('verify access ok', '/verify/', { token: pair.access })
  await post('refresh ok', '/refresh/', { refresh: pair.refresh })
  await post('refresh reused', '/refresh/', { refresh: pair.refresh })
  await post('verify rotated', '/verify/', { token: pair.refresh })
  const again = await post('obtain again', '/', CREDENTIALS)
  await post('blacklist ok', '/blacklist/', { refresh: again.refresh })
  await post('blacklist twice', '/blacklist/', { refresh: again.refresh })
  await post('refresh blacklisted', '/refresh/', { refresh: again.refresh })
  await post('verify blacklisted', '/verify/', { token: again.refresh })

  const sliding = await post('sliding obtain', '/sliding/', CREDENTIALS)
  await me('me sliding', `Bearer ${sliding.token}`)
  const slid = await post('sliding refresh', '/sliding/refresh/', { token: sliding.token })
  await me('me slid', `Bearer ${slid.token}`)
  const { refresh_exp: _, ...withoutRefreshExp } = claimsOf(sliding.token as string)
  await post('sliding refresh without refresh_exp', '/sliding/refresh/', { token: jwt.sign(withoutRefreshExp, signingKey) })
  const past = { ...withoutRefreshExp, refresh_exp: Math.floor(Date.now() / 1000) - 60 }
  await post('sliding refresh after refresh_exp', '/sliding/refresh/', { token: jwt.sign(past, signingKey) })
  return answers
}

/** Every way in which a body can be wrong, for a route that takes these fields. */
async function badBodies(
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
  await ask(`${name} wrong media type`, path, { raw: 'x', type: 'text/plain' })
  for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) await ask(`${name} ${method}`, path, { method })
}

function forgeries(claims: Record<string, unknown>, key: string): [string, string][] {
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

async function send(base: string, name: string, path: string, request: Ask): Promise<{ answer: Answer; body: unknown }> {
  const { method = 'POST', json, raw, type, authorization } = request
  const text = json === undefined ? raw : JSON.stringify(json)
  const headers = {
    ...(text !== undefined && { 'content-type': type ?? 'application/json' }),
    ...(authorization !== undefined && { authorization }),
  }
  const response = await fetch(base + path, { method, headers, ...(text !== undefined && { body: text }) })
  const received = await response.text()
  const body = isJson(received) ? (JSON.parse(received) as unknown) : received.slice(0, 80)
  const header = (wanted: string) => response.headers.get(wanted) ?? undefined
  const contentType = header('content-type')?.split(';')[0]
  const answer = {
    name,
    status: response.status,
    www: header('www-authenticate'),
    allow: header('allow'),
    type: contentType,
    body: masked(body),
  }
  return { answer, body }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function claimsOf(encoded: string): Record<string, unknown> {
  return jwt.decode(encoded) as Record<string, unknown>
}

/** `JWT:exp,iat,…` in the place of each token, as in the recording. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') {
    const claims = jwt.decode(value)
    return typeof claims === 'object' && claims !== null ? `JWT:${Object.keys(claims).sort().join(',')}` : value
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]))
}
