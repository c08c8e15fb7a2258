import type { IncomingMessage, ServerResponse } from 'node:http'
import { formToken } from './csrf'
import { mountPathOf } from './mount-path'
import type { AdministeredTokens, AdminOptions } from './options'

/** What all requests to one admin have in common. */
export interface Admin {
  tokens: AdministeredTokens
  options: AdminOptions
  /** A flush that somebody started here, and that has not ended. */
  flushing: boolean
}

/** One request of somebody who is staff. */
export interface Visit {
  admin: Admin
  req: IncomingMessage
  res: ServerResponse
  /** The path under which the admin is mounted, without a slash at its end. */
  base: string
  query: URLSearchParams
  /** For the page's forms. */
  csrf: string
}

export type Action = (visit: Visit) => Promise<void>

export function openVisit(admin: Admin, req: IncomingMessage, res: ServerResponse): Visit {
  const base = mountPathOf(req)
  return { admin, req, res, base, query: new URLSearchParams(splitUrl(req.url).query), csrf: formToken(req, res, base) }
}

/** The path within the admin. */
export function pathOf({ url }: IncomingMessage): string {
  return splitUrl(url).path.replace(/(?<=.)\/$/, '') || '/'
}

/** `URL` would take a path that begins with two slashes for a host, and throws at others. */
function splitUrl(url = '/'): { path: string; query: string } {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? []
  return { path, query }
}
