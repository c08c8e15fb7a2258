import { randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { badBodies, forgeries } from './bad-requests'
import { type Answer, type Ask, send } from './send'

export interface Server {
  base: string
  signingKey: string
}

const CREDENTIALS = { username: 'alice', password: 'wonderland' }

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
  await post('sliding obtain unknown user', '/sliding/', { ...CREDENTIALS, username: 'nobody' })
  await post('sliding obtain inactive user', '/sliding/', { ...CREDENTIALS, username: 'inactive' })
  const inactiveId = String(Number(claimsOf(pair.access as string).user_id) + 1)

  await me('me access ok', `Bearer ${pair.access}`)
  await me('me no header')
  await me('me refresh token as access', `Bearer ${pair.refresh}`)
  await me('me garbage', 'Bearer garbage')
  await me('me other scheme', 'Token garbage')
  await me('me lowercase scheme', `bearer ${pair.access}`)
  await me('me empty header', 'Bearer')
  await me('me three parts', 'Bearer one two')
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD'])
    await ask(`me ${method}`, '/me/', { method, authorization: `Bearer ${pair.access}` })
  await ask('me POST no header', '/me/', { method: 'POST' })
  const own = claimsOf(pair.access as string)
  for (const [name, encoded] of forgeries(own, signingKey)) await me(`me ${name}`, `Bearer ${encoded}`)
  await me('me unknown user', `Bearer ${jwt.sign({ ...own, user_id: 987_654 }, signingKey)}`)
  await me('me inactive user', `Bearer ${jwt.sign({ ...own, user_id: inactiveId }, signingKey)}`)
  await me('me no user', `Bearer ${jwt.sign({ ...own, user_id: undefined }, signingKey)}`)

  for (const { route, field, type } of ROUTES) {
    const claims = { ...claimsOf(pair.refresh as string), token_type: type, ...(type === 'sliding' && { refresh_exp: own.exp }) }
    await post(`${route} garbage`, route, { [field]: 'garbage' })
    for (const [name, encoded] of forgeries(claims, signingKey)) await post(`${route} ${name}`, route, { [field]: encoded })
    await post(`${route} access`, route, { [field]: pair.access })
    for (const [name, user_id] of Object.entries({
      'unknown user': '987654',
      'inactive user': inactiveId,
      'no user': undefined,
    })) {
      await post(`${route} ${name}`, route, { [field]: jwt.sign({ ...claims, user_id, jti: randomUUID() }, signingKey) })
    }
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
  await post('sliding refresh blacklisted', '/sliding/refresh/', { token: again.refresh })
  await me('me blacklisted', `Bearer ${again.refresh}`)
  const gone = { ...claimsOf(again.refresh as string), user_id: '987654' }
  await post('refresh blacklisted unknown user', '/refresh/', { refresh: jwt.sign(gone, signingKey) })

  const sliding = await post('sliding obtain', '/sliding/', CREDENTIALS)
  await me('me sliding', `Bearer ${sliding.token}`)
  const slid = await post('sliding refresh', '/sliding/refresh/', { token: sliding.token })
  await me('me slid', `Bearer ${slid.token}`)
  await post('sliding refresh twice', '/sliding/refresh/', { token: sliding.token })
  const { refresh_exp: _, ...withoutRefreshExp } = claimsOf(sliding.token as string)
  await post('sliding refresh without refresh_exp', '/sliding/refresh/', { token: jwt.sign(withoutRefreshExp, signingKey) })
  const past = { ...withoutRefreshExp, refresh_exp: Math.floor(Date.now() / 1000) - 60 }
  await post('sliding refresh after refresh_exp', '/sliding/refresh/', { token: jwt.sign(past, signingKey) })
  return answers
}

function claimsOf(encoded: string): Record<string, unknown> {
  return jwt.decode(encoded) as Record<string, unknown>
}
