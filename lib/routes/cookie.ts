import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse, type SerializeOptions, serialize } from 'cookie'
import { expect, isName } from '../expect'
import { Refusal } from './answer'

/** Keeps the refresh token in a cookie that scripts cannot read, instead of in the bodies. */
export interface RefreshCookieOptions {
  /** @default 'refresh_token' */
  name?: string
  /** @default where the routes are mounted, so that no other path is sent the token */
  path?: string
  /** @default none: this host alone */
  domain?: string
  /** @default 'strict' */
  sameSite?: 'strict' | 'lax' | 'none'
  /** Sent over HTTPS alone; browsers make an exception for localhost. @default true */
  secure?: boolean
  /** Other origins whose pages may use the routes, such as `https://app.example.com`. @default none but the app's own */
  allowedOrigins?: string[]
}

type MountedRequest = IncomingMessage & { baseUrl?: string }

export interface RefreshCookie {
  /** @throws Refusal 403 for a request that another site's page made */
  checkOrigin(req: IncomingMessage): void
  read(req: IncomingMessage): string | undefined
  /** @param maxAge in seconds */
  set(req: MountedRequest, res: ServerResponse, token: string, maxAge: number): void
  clear(req: MountedRequest, res: ServerResponse): void
}

/** @throws TypeError that names the option */
export function refreshCookieOf(options: RefreshCookieOptions): RefreshCookie {
  const { name = 'refresh_token', path, domain, sameSite = 'strict', secure = true, allowedOrigins = [] } = options
  expect(isName(name), 'refreshCookie.name', 'a non-empty string', name)
  expect(['strict', 'lax', 'none'].includes(sameSite), 'refreshCookie.sameSite', "'strict', 'lax' or 'none'", sameSite)
  expect(typeof secure === 'boolean', 'refreshCookie.secure', 'true or false', secure)
  expect(secure || sameSite !== 'none', 'refreshCookie.secure', "true, where sameSite is 'none'", secure)
  const origins = new Set(allowedOrigins.map(originOf))
  const write = (req: MountedRequest, res: ServerResponse, token: string, maxAge: number) => {
    const attributes: SerializeOptions = { httpOnly: true, secure, sameSite, path: path ?? (req.baseUrl || '/'), maxAge }
    res.appendHeader('Set-Cookie', serialize(name, token, domain === undefined ? attributes : { ...attributes, domain }))
  }
  // Writes the name once now, so that one that no cookie can have fails at construction.
  serialize(name, '')
  return {
    checkOrigin: (req) => checkOrigin(req, origins),
    read: (req) => parse(req.headers.cookie ?? '')[name] || undefined,
    set: write,
    clear: (req, res) => write(req, res, '', 0),
  }
}

/**
 * Every browser says on a POST from where it comes: Origin, or Fetch Metadata's Sec-Fetch-Site. What says neither is no browser,
 * and has no cookie that it was not given.
 */
function checkOrigin({ headers }: IncomingMessage, allowed: Set<string>): void {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (origin !== undefined && allowed.has(origin)) return
  const isOwn = origin === undefined ? site === undefined || site === 'same-origin' || site === 'none' : hostOf(origin) === host
  if (!isOwn) throw new Refusal(403, { detail: 'CSRF Failed: Origin checking failed.' })
}

/** `null`, which sandboxed pages send, has none. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function originOf(value: unknown): string {
  const isOrigin = typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
  expect(isOrigin, 'refreshCookie.allowedOrigins', "origins such as 'https://app.example.com'", value)
  return value as string
}
