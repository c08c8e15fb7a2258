import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { onTestFinished } from 'vitest'
import type { AuthenticatedRequest, AuthenticateOptions, TokenBlacklist } from '../../lib'

export interface GuardedAnswer {
  status: number
  challenge: string | null
  retryAfter: string | null
  body: unknown
}

export interface GuardedApp {
  /** What reached the error handler. */
  errors: unknown[]
  /** GET /me with these headers; a string is a bearer token. It answers with the user and the claims. */
  me(headers?: string | Record<string, string>): Promise<GuardedAnswer>
}

/** An app with one route behind `tokens.authenticate()`, until the end of the test. */
export async function guardedApp(tokens: TokenBlacklist, options?: AuthenticateOptions): Promise<GuardedApp> {
  const errors: unknown[] = []
  const app = express()
  app.get('/me', tokens.authenticate(options), (req, res) => {
    const { user, auth } = req as unknown as AuthenticatedRequest
    res.json({ user, auth })
  })
  app.use(((error, _req, res, _next) => {
    errors.push(error)
    res
      .status(error.status ?? 500)
      .set(error.headers ?? {})
      .json('error handler')
  }) as ErrorRequestHandler)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/me`
  const me: GuardedApp['me'] = async (headers = {}) => {
    const response = await fetch(url, {
      headers: typeof headers === 'string' ? { authorization: `Bearer ${headers}` } : headers,
    })
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      retryAfter: response.headers.get('retry-after'),
      body: await response.json(),
    }
  }
  return { errors, me }
}
