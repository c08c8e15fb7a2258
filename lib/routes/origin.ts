import type { IncomingMessage } from 'node:http'
import { expect } from '../expect'
import { Refusal } from './answer'

/**
 * Every browser says on a POST from where it comes: by Origin, and by Fetch Metadata's Sec-Fetch-Site. What says neither is no
 * browser, and has no cookie that it was not given. Sec-Fetch-Site has the word, where it is there: behind a proxy, Host may be another
 * than the one that the browser asked.
 * @param allowed other origins whose pages may post as well
 * @throws TypeError that names the option
 */
export function originCheck(allowed: string[]): (req: IncomingMessage) => void {
  expect(Array.isArray(allowed) && allowed.every(isOrigin), 'refreshCookie.allowedOrigins', LIST, allowed)
  const origins = new Set(allowed)
  return ({ headers }) => {
    const { origin } = headers
    if (origin !== undefined && origins.has(origin)) return
    const site = headers['sec-fetch-site']
    if (site === undefined ? isOwnOrigin(origin, headers) : isOwnSite(site, origin)) return
    throw new Refusal(403, { detail: 'CSRF Failed: Origin checking failed.' })
  }
}

const LIST = "an array of origins such as 'https://app.example.com'"

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}

/** `none`: the user's own doing, such as a bookmark; no page's, so that it comes without an Origin. */
function isOwnSite(site: IncomingMessage['headers'][string], origin: string | undefined): boolean {
  return site === 'same-origin' || (site === 'none' && origin === undefined)
}

/**
 * By the host alone: behind a proxy that speaks HTTPS for it the app does not know its own scheme. Sandboxed pages send `null`, which
 * has no host. HTTP/2 has the host elsewhere.
 */
function isOwnOrigin(origin: string | undefined, { host, ':authority': authority }: IncomingMessage['headers']): boolean {
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const own = `${new URL(origin).protocol}//${host ?? authority}`
  return URL.canParse(own) && new URL(own).host === new URL(origin).host
}
