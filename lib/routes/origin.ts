import type { IncomingMessage } from 'node:http'
import { expect } from '../expect'
import { isFromOwnPage } from '../origin'
import { Refusal } from './answer'

/**
 * Refuses what another site's page posts.
 * @param allowed other origins whose pages may post as well
 * @throws TypeError that names the option
 */
export function originCheck(allowed: string[]): (req: IncomingMessage) => void {
  expect(Array.isArray(allowed) && allowed.every(isOrigin), 'refreshCookie.allowedOrigins', LIST, allowed)
  const origins = new Set(allowed)
  return ({ headers }) => {
    const { origin } = headers
    if (origin !== undefined && origins.has(origin)) return
    if (!isFromOwnPage(headers)) throw new Refusal(403, { detail: 'CSRF Failed: Origin checking failed.' })
  }
}

const LIST = "an array of origins such as 'https://app.example.com'"

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}
