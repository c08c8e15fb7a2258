import type { ServerResponse } from 'node:http'

/** An answer other than success, thrown by a route's step. The bodies are those of Django REST framework. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
    readonly headers: Record<string, string> = {},
  ) {
    super(`Refused with status ${status}`)
  }
}

/** Tokens must not be stored by caches (RFC 6749 section 5.1); nothing else that the routes answer is worth storing. */
export function answer(res: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  // The app may have answered meanwhile, by a time limit of its own; a second answer would throw where nobody catches.
  if (res.headersSent) return
  const text = JSON.stringify(body)
  res.statusCode = status
  const all = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
    'Cache-Control': 'no-store',
    ...headers,
  }
  for (const [name, value] of Object.entries(all)) res.setHeader(name, value)
  res.end(text)
}
