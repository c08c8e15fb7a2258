import type { IncomingMessage } from 'node:http'
import { parse } from 'cookie'

/** The values of all cookies of a name, but the empty ones: a sibling site can set one for longer paths, which then comes first. */
export function cookieValues({ headers }: IncomingMessage, name: string): string[] {
  return (headers.cookie ?? '').split(';').flatMap((pair) => parse(pair)[name] || [])
}
