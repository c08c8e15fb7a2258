import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import express4 from 'express4'
import { onTestFinished } from 'vitest'
import type { Handler, RoutesOptions, TokenBlacklist } from '../../lib'

export const FRAMEWORKS = ['Express 5', 'Express 4', 'plain http'] as const
export type Framework = (typeof FRAMEWORKS)[number]
export const PREFIX = '/api/token'

export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

export interface RouteApp {
  /** The app's own, as in a request's Host. */
  host: string
  /** What the routes handed to `next`. */
  errors: unknown[]
  request(path: string, init?: RequestInit): Promise<Answer>
  /** POSTs JSON; a string as it stands. */
  post(path: string, body: unknown): Promise<Answer>
}

export interface RouteAppOptions extends Partial<RoutesOptions> {
  framework?: Framework
  /** What the app does before; for Express alone. */
  before?: RequestHandler[]
}

export const PASSWORD = 'correct horse'

/** Everybody whose password is the one above; their id is their name. */
export const authenticate: RoutesOptions['authenticate'] = ({ username, password }) =>
  password === PASSWORD ? { id: username } : null

/** The token routes under `/api/token`, until the end of the test. */
export async function routeApp(tokens: TokenBlacklist, options: RouteAppOptions = {}): Promise<RouteApp> {
  const { framework = 'Express 5', before = [], ...given } = options
  const errors: unknown[] = []
  const routes = tokens.routes({ authenticate, ...given })
  const listener = framework === 'plain http' ? plain(routes, errors) : withExpress(framework, before, routes, errors)
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const base = `http://${host}${PREFIX}`
  const request = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(base + path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const post = (path: string, body: unknown) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { host, errors, request, post }
}

function withExpress(framework: Framework, before: RequestHandler[], routes: Handler, errors: unknown[]): RequestListener {
  const app = (framework === 'Express 4' ? express4 : express)()
  for (const handler of before) app.use(handler)
  app.use(PREFIX, routes)
  app.use((_req, res) => {
    res.status(404).json('not found')
  })
  app.use(((error, _req, res, _next) => {
    errors.push(error)
    res
      .status(error.status ?? 500)
      .set(error.headers ?? {})
      .json('error handler')
  }) as express.ErrorRequestHandler)
  return app
}

function plain(routes: Handler, errors: unknown[]): RequestListener {
  return (req, res) => {
    req.url = req.url?.slice(PREFIX.length).replace(/^(?=\?|$)/, '/') ?? '/'
    routes(req, res, (error) => {
      if (error) errors.push(error)
      res.statusCode = error ? ((error as { status?: number }).status ?? 500) : 404
      res.end('"error handler"')
    })
  }
}
