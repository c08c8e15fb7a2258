import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a POST comes from one of the app's own pages. Every browser says from where: by Origin, and by Fetch Metadata's
 * Sec-Fetch-Site. What says neither is no browser, and has no cookie that it was not given. Sec-Fetch-Site has the word, where it
 * is there: behind a proxy, Host may be another than the one that the browser asked.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  return site === undefined ? isOwnOrigin(headers) : isOwnSite(site, headers.origin)
}

/** `none`: the user's own doing, such as a bookmark; no page's, so that it comes without an Origin. */
function isOwnSite(site: IncomingHttpHeaders[string], origin: string | undefined): boolean {
  return site === 'same-origin' || (site === 'none' && origin === undefined)
}

/**
 * By the host alone: behind a proxy that speaks HTTPS for it the app does not know its own scheme. Sandboxed pages send `null`, which
 * has no host. HTTP/2 has the host elsewhere.
 */
function isOwnOrigin({ origin, host, ':authority': authority }: IncomingHttpHeaders): boolean {
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const own = `${new URL(origin).protocol}//${host ?? authority}`
  return URL.canParse(own) && new URL(own).host === new URL(origin).host
}
