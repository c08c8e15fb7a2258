import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import express, { type RequestHandler } from 'express'
import express4 from 'express4'
import Router from 'router'
import { onTestFinished } from 'vitest'
import type { TokenBlacklist } from '../../lib'
import { type AdminHandler, type AdminOptions, adminRoutes } from '../../lib/admin'
import { listen } from './app'

export const MOUNTS = ['Express 5', 'Express 4', 'the router', 'Connect', 'plain http'] as const
export type Mount = (typeof MOUNTS)[number]

export interface Answer {
  status: number
  headers: Headers
  html: string
}

export interface AdminApp {
  /** The admin's address, without a slash at its end. */
  base: string
  /** What the admin handed to `next`. */
  errors: unknown[]
  /** A browser of its own, which keeps its cookies. */
  browser(): AdminBrowser
}

export interface AdminAppOptions extends Partial<AdminOptions> {
  mount?: Mount
  path?: string
  /** What the app does before; for Express alone. */
  before?: RequestHandler[]
}

/** The admin in an app, for everybody, until the end of the test. */
export async function adminApp(
  tokens: TokenBlacklist,
  { mount = 'Express 5', path = '/admin/tokens', before = [], ...given }: AdminAppOptions = {},
): Promise<AdminApp> {
  const errors: unknown[] = []
  const admin = adminRoutes(tokens, { authorize: () => true, ...given })
  const server = await listen(LISTENERS[mount]({ admin, path, before, ended: (error, res) => end(errors, error, res) }))
  onTestFinished(() => server.close())
  const base = server.url + (mount === 'plain http' ? '' : path.replace(/\/$/, ''))
  return { base, errors, browser: () => new AdminBrowser(base) }
}

interface Mounting {
  admin: AdminHandler
  path: string
  before: RequestHandler[]
  ended(error: unknown, res: ServerResponse): void
}

const LISTENERS: Record<Mount, (mounting: Mounting) => RequestListener> = {
  'Express 5': (mounting) => withExpress(express(), mounting),
  'Express 4': (mounting) => withExpress(express4(), mounting),
  'the router': ({ admin, path, ended }) => {
    const router = Router()
    router.use(path, admin)
    return (req, res) => router(req, res, (error: unknown) => ended(error, res))
  },
  // What Connect does to a request is no more than this.
  Connect: ({ admin, path, ended }) => {
    return (req: IncomingMessage & { originalUrl?: string }, res) => {
      const url = req.url ?? ''
      if (!url.startsWith(path)) return ended(undefined, res)
      req.originalUrl = url
      req.url = url.slice(path.length)
      if (!req.url.startsWith('/')) req.url = `/${req.url}`
      admin(req, res, (error) => ended(error, res))
    }
  },
  'plain http': ({ admin, ended }) => {
    return (req, res) => admin(req, res, (error) => ended(error, res))
  },
}

function withExpress(app: ReturnType<typeof express>, { admin, path, before, ended }: Mounting): RequestListener {
  for (const handler of before) app.use(handler)
  app.use(path, admin)
  app.use((_req, res) => ended(undefined, res))
  app.use(((error, _req, res, _next) => ended(error, res)) as express.ErrorRequestHandler)
  return app
}

function end(errors: unknown[], error: unknown, res: ServerResponse): void {
  if (error !== undefined) errors.push(error)
  res.statusCode = error === undefined ? 404 : ((error as { status?: number }).status ?? 500)
  res.end('the app itself')
}

export type Fields = Record<string, string | string[]> | [string, string][]

export class AdminBrowser {
  readonly cookies = new Map<string, string>()

  constructor(readonly base: string) {}

  async request(path: string, init: RequestInit = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie && { cookie }), ...(init.headers as Record<string, string>) }
    const url = path.startsWith('http') ? path : this.base + path
    const response = await fetch(url, { redirect: 'manual', ...init, headers })
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      if (/; Max-Age=0(;|$)/.test(text)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return { status: response.status, headers: response.headers, html: await response.text() }
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.request(path, headers && { headers })
  }

  /** Posts a form as it is, without a CSRF token of its own. */
  post(path: string, fields: Fields, headers: Record<string, string> = {}): Promise<Answer> {
    const body = new URLSearchParams(Array.isArray(fields) ? fields : flat(fields))
    return this.request(path, { method: 'POST', body, headers })
  }

  /** The CSRF token of a page's forms. */
  async token(path = '/blacklisted'): Promise<string> {
    const { html } = await this.get(path)
    const token = /name="csrf" value="([^"]+)"/.exec(html)?.[1]
    if (token === undefined) throw new Error(`There is no form at ${path}`)
    return token
  }

  /** Posts a form as a page of the admin does. */
  async submit(path: string, fields: Fields): Promise<Answer> {
    const own: [string, string][] = [['csrf', await this.token()]]
    return this.post(path, [...own, ...(Array.isArray(fields) ? fields : flat(fields))], { origin: new URL(this.base).origin })
  }

  /** Where an answer leads to. */
  follow({ headers }: Answer): Promise<Answer> {
    return this.get(new URL(headers.get('location') ?? '', this.base).href)
  }
}

function flat(fields: Record<string, string | string[]>): [string, string][] {
  return Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value]))
}

/** The rows of a page's list, each as the texts of its cells. */
export function rowsIn({ html }: Answer): string[][] {
  const [, body = ''] = /<table class="list">.*?<tbody>(.*?)<\/tbody>/s.exec(html) ?? []
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => {
    return [...(row ?? '').matchAll(/<(td|th)[^>]*>(.*?)<\/\1>/gs)].map(([, , cell]) => textOf(cell ?? ''))
  })
}

/** A page's text, without its tags. */
export function textOf(html: string): string {
  const text = html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** What a page says of the change that led to it. */
export function flashOf({ html }: Answer): string | undefined {
  const [, text] = /<p class="flash[^"]*" role="\w+"[^>]*>(.*?)<\/p>/s.exec(html.replaceAll(/ id="problem"/g, '')) ?? []
  return text && textOf(text)
}
