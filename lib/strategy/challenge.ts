import type { IncomingMessage, ServerResponse } from 'node:http'
import onHeaders from 'on-headers'
import { codeOf, tokenMessage } from '../errors'

/**
 * Adds RFC 6750's challenge to the answer, if it becomes a 401: as its head is written, since a later strategy may let the
 * request pass yet. Passport itself writes one only for a strategy that fails with a string, and ours fails with an `Error`.
 */
export function challengeOn401(request: IncomingMessage & { res?: ServerResponse }, realm: string, info: unknown): void {
  // Only Express and its kin let the answer be found from the request.
  const { res } = request
  if (!res || res.headersSent) return
  onHeaders(res, function (this: ServerResponse) {
    if (this.statusCode !== 401) return
    const others = this.getHeader('WWW-Authenticate')
    const list = others === undefined ? [] : Array.isArray(others) ? others : [String(others)]
    if (list.some((other) => /^bearer\b/i.test(other))) return
    this.setHeader('WWW-Authenticate', [...list, challenge(realm, info)])
  })
}

/** RFC 6750 section 3: no error code where the request had no token. */
function challenge(realm: string, info: unknown): string {
  const scheme = `Bearer realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`
  const code = codeOf(info)
  if (code === 'ERR_TOKEN_MISSING') return scheme
  // Else the app's verify found no user, and may have said why in words of its own, which are not for the client.
  const description = code && `, error_description="${tokenMessage(code)}"`
  return `${scheme}, error="invalid_token"${description ?? ''}`
}
