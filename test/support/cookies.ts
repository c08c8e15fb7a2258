import type { Answer, RouteApp } from './route-apps'
import { PASSWORD } from './route-apps'

export interface SetCookie {
  name: string
  value: string
  /** As they stand there, sorted. */
  attributes: string[]
}

/** The cookies that an answer sets. */
export function setCookies({ headers }: Answer): SetCookie[] {
  return headers.getSetCookie().map((text) => {
    const [pair = '', ...attributes] = text.split('; ')
    const [name = '', value = ''] = pair.split('=')
    return { name, value, attributes: attributes.sort() }
  })
}

/** The value of the one cookie that an answer must set. */
export function onlyCookie(answer: Answer): SetCookie {
  const [cookie, ...others] = setCookies(answer)
  if (!cookie || others.length > 0) throw new Error(`The answer sets ${others.length + (cookie ? 1 : 0)} cookies`)
  return cookie
}

/** POSTs JSON with these headers. */
export function postWith(app: RouteApp, path: string, headers: Record<string, string>, body: unknown = {}): Promise<Answer> {
  return app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** A login in cookie mode: what comes back in the body, and in the cookie. */
export async function loginWithCookie(app: RouteApp, username = 'alice') {
  const answer = await app.post('/', { username, password: PASSWORD })
  const cookie = onlyCookie(answer)
  return { answer, access: (answer.body as { access: string }).access, refresh: cookie.value, cookie }
}
