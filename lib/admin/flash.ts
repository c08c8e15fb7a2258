import { readCookie, setCookie } from './cookie'
import type { Visit } from './visit'

const COOKIE = 'passport_jwt_blacklist_said'

const tokens = (count: number) => (count === 1 ? 'one token' : `${count} tokens`)

/** What a page says once, after a change that led to it. Fixed texts, since anybody's cookie may name them. */
const TEXTS = {
  blacklisted: (count: number) => `Blacklisted ${tokens(count)}.`,
  gone: (count: number) => `There is nothing to blacklist any more: ${tokens(count)} expired and deleted meanwhile.`,
  'user-blacklisted': (count: number) => `All tokens of the user are blacklisted, ${count} of them just now.`,
  'user-nothing': () =>
    'Nothing was blacklisted: no token of this user is recorded that is not blacklisted already. Is it the id, not the name?',
  added: () => 'The token is blacklisted.',
  'added-unknown': () =>
    'The id is on the blacklist, but nothing with this id was recorded here. If it was mistyped, the token that was meant is still accepted.',
  removed: () => 'The token is off the blacklist, and accepted again until it expires, unless its session is over.',
  'session-removed': () =>
    'The session is off the blacklist: its tokens are accepted again, but for those that are on the blacklist themselves.',
  changed: () => 'Nothing was removed: the row has changed, or was removed, since the page was made.',
  rotated: () => 'Nothing was removed: the token was exchanged for another one, and can never be used again.',
  'session-revoked': () => "Nothing was removed: the token's session is revoked, and it would be refused all the same.",
  nothing: () => 'No token was selected.',
  'token-searched': () =>
    'That is a whole token, not its id, and was not searched for. To blacklist it, paste it under Blacklisted, “Add a token”.',
}

export type FlashCode = keyof typeof TEXTS

/** Those that tell that nothing was done. */
const FAILURES: FlashCode[] = ['gone', 'changed', 'rotated', 'session-revoked', 'nothing', 'token-searched', 'user-nothing']

export interface Flash {
  code: FlashCode
  count: number
}

export function setFlash({ req, res, base }: Visit, { code, count }: Flash): void {
  setCookie(req, res, { name: COOKIE, value: `${code}.${count}`, base, maxAge: 60 })
}

/** What is to be said now, and never again. */
export function takeFlash({ req, res, base }: Visit): { text: string; failed: boolean } | undefined {
  const value = readCookie(req, COOKIE)
  if (value === undefined) return undefined
  if (req.method === 'GET') setCookie(req, res, { name: COOKIE, value: '', base, maxAge: 0 })
  const [, name = '', digits] = /^([a-z-]+)\.(\d{1,15})$/.exec(value) ?? []
  if (!Object.hasOwn(TEXTS, name)) return undefined
  const code = name as FlashCode
  return { text: TEXTS[code](Number(digits)), failed: FAILURES.includes(code) }
}
