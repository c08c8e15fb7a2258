import type { IncomingMessage, ServerResponse } from 'node:http'
import onHeaders from 'on-headers'
import { type TokenErrorCode, tokenMessage } from '../errors'

/** What the client is told, once its answer is a 401. */
interface Refusal {
  realm: string
  /** None where the app's verify found no user. It may have said why in words of its own, which are not for the client. */
  code: TokenErrorCode | undefined
}

const refusals = new WeakMap<ServerResponse, Refusal>()

/**
 * Adds RFC 6750's challenge to the answer, if it becomes a 401: as its head is written, since a later strategy may let the
 * request pass yet. Passport itself writes one only for a strategy that fails with a string, and ours fails with an `Error`.
 */
export function challengeOn401(request: IncomingMessage & { res?: ServerResponse }, refusal: Refusal): void {
  // Only Express and its kin let the answer be found from the request.
  const { res } = request
  if (!res || res.headersSent) return
  const earlier = refusals.get(res)
  // Of several strategies the first that was shown a token has the word.
  if (!earlier || earlier.code === 'ERR_TOKEN_MISSING') refusals.set(res, refusal)
  if (earlier) return
  onHeaders(res, function (this: ServerResponse) {
    if (this.statusCode === 401) addChallenge(this, refusals.get(res) ?? refusal)
  })
}

function addChallenge(res: ServerResponse, refusal: Refusal): void {
  const others = res.getHeader('WWW-Authenticate')
  const list = others === undefined ? [] : Array.isArray(others) ? others : [String(others)]
  // One field may hold several challenges (RFC 9110 section 11.6.1).
  if (list.some((other) => /(^|,)\s*bearer\b/i.test(other))) return
  res.setHeader('WWW-Authenticate', [...list, challenge(refusal)])
}

/** RFC 6750 section 3: no error code where the request had no token. */
function challenge({ realm, code }: Refusal): string {
  const scheme = `Bearer realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`
  if (code === 'ERR_TOKEN_MISSING') return scheme
  const description = code && `, error_description="${tokenMessage(code)}"`
  return `${scheme}, error="invalid_token"${description ?? ''}`
}
