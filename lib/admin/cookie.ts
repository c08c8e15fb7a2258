import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse, serialize } from 'cookie'

/** What a `Path` may be made of; a mount path with parameters is the client's. */
const PATH = /^\/[\x20-\x3a\x3d-\x7e]*$/

/** Express knows from the app's `trust proxy` whether a proxy speaks HTTPS for it. */
type SecureRequest = IncomingMessage & { secure?: boolean }

export function readCookie({ headers }: IncomingMessage, name: string): string | undefined {
  return parse(headers.cookie ?? '')[name]
}

/**
 * For the admin's own pages alone, and for requests that they make.
 * @param maxAge in seconds; undefined: until the browser is closed
 */
export function setCookie(
  req: SecureRequest,
  res: ServerResponse,
  { name, value, base, maxAge }: { name: string; value: string; base: string; maxAge?: number },
): void {
  const secure = req.secure ?? 'encrypted' in req.socket
  const path = PATH.test(base) ? base : '/'
  const attributes = { httpOnly: true, sameSite: 'strict', secure, path } as const
  res.appendHeader('Set-Cookie', serialize(name, value, maxAge === undefined ? attributes : { ...attributes, maxAge }))
}
