import type { ServerResponse } from 'node:http'

const POLICY = ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY.join('; '),
  // Under `no-referrer`, Helmet's default, a browser says of its own pages' forms that they come from `null`.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
}

/** On every answer of the admin, in the place of what the app set for its own pages. */
export function setHeaders(res: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value)
}
