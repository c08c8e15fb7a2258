import type { IncomingMessage, ServerResponse } from 'node:http'
import type Router from 'router'
import type { Settings } from '../options'
import { answer, challengeOf, refusalOf } from './answer'

export type RouteRequest = Router.Request
type Method = 'GET' | 'POST' | 'DELETE'

/** What a route does, and the body of its answer; null where it has none. */
export type Action = (req: RouteRequest, res: ServerResponse) => Promise<object | null>

/** Answers a path by the request's method, as Django REST framework does: with `Allow`, and 405 for any other method. */
export function addRoute(
  router: Router.Router,
  path: string,
  settings: Settings,
  actions: Partial<Record<Method, Action>>,
): void {
  const allow = { Allow: [...Object.keys(actions), ...(actions.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ') }
  router.all(path, (req, res, next) => {
    if (req.method === 'OPTIONS') return answer(res, 200, {}, allow)
    // Node sends no body to HEAD.
    const action = actions[(req.method === 'HEAD' ? 'GET' : req.method) as Method]
    if (!action) return answer(res, 405, { detail: `Method "${req.method}" not allowed.` }, allow)
    action(req, res).then(
      (body) => answer(res, body ? 200 : 204, body, allow),
      (error: unknown) => refuse(res, settings, error, allow, next),
    )
  })
}

/** Answers an error that is the client's, and hands any other on. */
export function refuse(
  res: ServerResponse,
  settings: Settings,
  error: unknown,
  headers: Record<string, string>,
  next: (error?: unknown) => void,
): void {
  const refusal = refusalOf(error)
  if (refusal) answer(res, refusal.status, refusal.body, { ...headers, ...challengeOf(settings, refusal) })
  // What is no error, next would take for none.
  else next(error instanceof Error ? error : new Error('The app threw what is no Error', { cause: error }))
}

/** What Express, Connect and plain `http` call. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
