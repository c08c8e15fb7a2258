import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express } from 'express'
import express4 from 'express4'
import { Passport, type PassportStatic, type Strategy } from 'passport'
import { ExtractJwt } from 'passport-jwt'
import { afterEach } from 'vitest'

export const EXPRESSES = { 'Express 4': express4, 'Express 5': express }

export const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()

/** What Passport gave to a custom callback. */
export interface Decision {
  error: unknown
  user: unknown
  info: unknown
}

export interface Answer {
  status: number
  challenge: string | null
  retryAfter: string | null
  text: string
}

export interface App {
  url: string
  passport: PassportStatic
  /** What reached the error handler. */
  errors: unknown[]
  /** GET a path, `/me` by default, with this token as a bearer token. */
  get(encoded?: string, path?: string, headers?: Record<string, string>): Promise<Answer>
  /** What a custom callback learns of this token. */
  decide(encoded?: string): Promise<Decision>
  close(): Promise<void>
}

export interface AppOptions {
  framework?: typeof express
  /** More routes. */
  configure?: (app: Express, passport: PassportStatic) => void
}

/** An Express app with the strategy under the name `jwt`, and the route `/me` behind it, which answers with the user. */
export async function startApp(strategy: Strategy, { framework = express, configure = () => {} }: AppOptions = {}): Promise<App> {
  const passport = new Passport() as PassportStatic
  passport.use('jwt', strategy)
  const app = framework()
  const errors: unknown[] = []
  const decisions: Decision[] = []
  app.get('/me', passport.authenticate('jwt', { session: false }), (req, res) => {
    res.json(req.user ?? null)
  })
  app.get('/decide', (req, res, next) => {
    passport.authenticate('jwt', { session: false }, (error: unknown, user: unknown, info: unknown) => {
      decisions.push({ error, user, info })
      res.sendStatus(204)
    })(req, res, next)
  })
  configure(app, passport)
  const keepError: ErrorRequestHandler = (error, _req, _res, next) => {
    errors.push(error)
    next(error)
  }
  app.use(keepError)
  const server = await listen(app)
  const get: App['get'] = (encoded, path = '/me', headers) => request(server.url, path, encoded, headers)
  return {
    ...server,
    passport,
    errors,
    get,
    async decide(encoded) {
      decisions.length = 0
      await get(encoded, '/decide')
      if (decisions.length !== 1) throw new Error(`The callback was called ${decisions.length} times`)
      return decisions[0] as Decision
    },
  }
}

/** Starts apps that are closed after each test. */
export function useApps(): typeof startApp {
  const open: App[] = []
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close()
  })
  return async (...args) => {
    const app = await startApp(...args)
    open.push(app)
    return app
  }
}

export async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function request(
  url: string,
  path: string,
  encoded?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const all = encoded === undefined ? headers : { authorization: `Bearer ${encoded}`, ...headers }
  const response = await fetch(url + path, { headers: all })
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  }
}
