import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a POST comes from one of the app's own pages. Every browser says from where: by Origin, and by Fetch Metadata's
 * Sec-Fetch-Site. What says neither is no browser, and has no cookie that it was not given. Where both are there, both must be
 * the app's own.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  return isOwnSite(headers['sec-fetch-site']) && isOwnOrigin(headers)
}

/** `none`: the user's own doing, such as a bookmark. */
function isOwnSite(site: IncomingHttpHeaders[string]): boolean {
  return site === undefined || site === 'same-origin' || site === 'none'
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
