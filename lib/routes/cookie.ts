import type { IncomingMessage, ServerResponse } from 'node:http'
import { type SerializeOptions, serialize } from 'cookie'
import { cookieValues } from '../cookie-values'
import { expect } from '../expect'

/** Keeps the refresh token in a cookie that scripts cannot read, instead of in the bodies. */
export interface RefreshCookieOptions {
  /** @default 'refresh_token' */
  name?: string | undefined
  /** @default where the routes are mounted, so that no other path is sent the token; with plain `http` it is `/` */
  path?: string | undefined
  /** @default none: this host alone */
  domain?: string | undefined
  /** @default 'strict' */
  sameSite?: 'strict' | 'lax' | 'none' | undefined
  /** Sent over HTTPS alone; browsers make an exception for localhost. @default true */
  secure?: boolean | undefined
  /** Other origins whose pages may use the routes, such as `https://app.example.com`. @default none but the app's own */
  allowedOrigins?: string[] | undefined
}

type MountedRequest = IncomingMessage & { baseUrl?: string }

export interface RefreshCookie {
  /** The values of all cookies of its name. */
  read(req: IncomingMessage): string[]
  /** @param maxAge in seconds */
  set(req: MountedRequest, res: ServerResponse, token: string, maxAge: number): void
  clear(req: MountedRequest, res: ServerResponse): void
}

/** @throws TypeError that names the option */
export function refreshCookieOf(options: RefreshCookieOptions): RefreshCookie {
  const { name = 'refresh_token', path, domain, sameSite = 'strict', secure = true } = options
  checkCookie({ name, path, domain, sameSite, secure })
  const write = (req: MountedRequest, res: ServerResponse, token: string, maxAge: number) => {
    // The app may have answered meanwhile, by a time limit of its own.
    if (res.headersSent) return
    const attributes: SerializeOptions = { httpOnly: true, secure, sameSite, path: path ?? mountPath(req), maxAge }
    res.appendHeader('Set-Cookie', serialize(name, token, domain === undefined ? attributes : { ...attributes, domain }))
  }
  return {
    read: (req) => [...new Set(cookieValues(req, name))],
    set: write,
    clear: (req, res) => write(req, res, '', 0),
  }
}

/** What a `Path` may be made of; a mount path with parameters is the client's. */
const PATH = /^\/[\x20-\x3a\x3d-\x7e]*$/

function mountPath({ baseUrl }: MountedRequest): string {
  return baseUrl !== undefined && PATH.test(baseUrl) ? baseUrl : '/'
}

type Checked = Pick<RefreshCookieOptions, 'path' | 'domain'> &
  Required<Pick<RefreshCookieOptions, 'name' | 'sameSite' | 'secure'>>

function checkCookie({ name, path, domain, sameSite, secure }: Checked): void {
  const isText = (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value)
  expect(isText(name, /^[\w!#$%&'*+.^`|~-]+$/), 'refreshCookie.name', 'a name that a cookie can have', name)
  expect(path === undefined || isText(path, PATH), 'refreshCookie.path', "a path such as '/api/token'", path)
  expect(
    domain === undefined || isText(domain, /^\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i),
    'refreshCookie.domain',
    "a domain such as 'example.com'",
    domain,
  )
  expect(['strict', 'lax', 'none'].includes(sameSite), 'refreshCookie.sameSite', "'strict', 'lax' or 'none'", sameSite)
  expect(typeof secure === 'boolean', 'refreshCookie.secure', 'true or false', secure)
  // Browsers drop what follows without a word.
  expect(secure || sameSite !== 'none', 'refreshCookie.secure', "true, where sameSite is 'none'", secure)
  expect(secure || !/^__(secure|host)-/i.test(name), 'refreshCookie.secure', `true, for the name ${name}`, secure)
  if (!/^__host-/i.test(name)) return
  expect(path === '/', 'refreshCookie.path', `'/', for the name ${name}`, path)
  expect(domain === undefined, 'refreshCookie.domain', `left out, for the name ${name}`, domain)
}
