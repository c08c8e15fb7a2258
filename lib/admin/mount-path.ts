import type { IncomingMessage } from 'node:http'

/** Express and the router say it in `baseUrl`; Connect keeps the whole path in `originalUrl`. */
type MountedRequest = IncomingMessage & { baseUrl?: string; originalUrl?: string }

/** The path under which the admin is mounted, without a slash at its end; empty at the top. */
export function mountPathOf({ baseUrl, originalUrl, url = '/' }: MountedRequest): string {
  const path = baseUrl || (originalUrl === undefined ? '' : prefixOf(withoutQuery(originalUrl), withoutQuery(url)))
  // Two slashes would begin a host, and browsers take a backslash for one.
  return path.replace(/^[/\\]+/, '/').replace(/\/+$/, '')
}

function prefixOf(whole: string, rest: string): string {
  if (whole.endsWith(rest)) return whole.slice(0, -rest.length)
  // Connect gives the mount path itself a slash.
  return rest === '/' ? whole : ''
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '')
}
