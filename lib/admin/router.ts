import type { IncomingMessage, ServerResponse } from 'node:http'
import { addToBlacklist, showBlacklisted } from './actions/blacklisted'
import { flushNow } from './actions/flush'
import { blacklistChosen, showOutstanding } from './actions/outstanding'
import { showOverview } from './actions/overview'
import { askToRemove, removeFromBlacklist } from './actions/remove'
import { askAboutUser, blacklistAllOfUser } from './actions/user'
import { sendProblem } from './answer'
import { assertOwnPage } from './csrf'
import { setHeaders } from './headers'
import { type AdminHandler, type AdministeredTokens, type AdminOptions, checkAdminOptions } from './options'
import { sectionOf } from './parts/layout'
import { Problem } from './problem'
import { STYLE_PATH, sendStyle } from './style'
import { type Action, type Admin, openVisit, pathOf } from './visit'

const ROUTES: Partial<Record<string, { GET?: Action; POST?: Action }>> = {
  '/': { GET: showOverview },
  '/flush': { POST: flushNow },
  '/outstanding': { GET: showOutstanding },
  '/outstanding/blacklist': { POST: blacklistChosen },
  '/outstanding/user': { GET: askAboutUser, POST: blacklistAllOfUser },
  '/blacklisted': { GET: showBlacklisted, POST: addToBlacklist },
  '/blacklisted/remove': { GET: askToRemove, POST: removeFromBlacklist },
  [STYLE_PATH]: { GET: sendStyle },
}

/**
 * Pages for staff: what is outstanding and blacklisted, and what there is to do about it. For Express, Connect and plain `http`:
 * `app.use('/admin/tokens', adminRoutes(tokens, { authorize }))`.
 * @throws TypeError that names the option
 */
export function adminRoutes(tokens: AdministeredTokens, options: AdminOptions): AdminHandler {
  checkAdminOptions(tokens, options)
  const admin: Admin = { tokens, options, flushing: false }
  return (req, res, next) => {
    answer(admin, req, res, next).catch((error: unknown) => {
      // What is no error, next would take for none.
      next(error instanceof Error ? error : new Error('The app threw what is no Error', { cause: error }))
    })
  }
}

async function answer(admin: Admin, req: IncomingMessage, res: ServerResponse, next: () => void): Promise<void> {
  if (!(await admin.options.authorize(req))) return refuse(res)
  const path = pathOf(req)
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (!route) return next()
  if (res.headersSent) return
  setHeaders(res)
  const visit = openVisit(admin, req, res)
  try {
    const action = req.method === 'HEAD' ? route.GET : route[req.method as 'GET' | 'POST']
    if (!action) throw notAllowed(res, route)
    if (req.method === 'POST') assertOwnPage(req)
    await action(visit)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    sendProblem(visit, sectionOf(path), error)
  }
}

/** Says nothing, not even that there is an admin. */
function refuse(res: ServerResponse): void {
  if (res.headersSent) return
  res.statusCode = 403
  res.setHeader('Cache-Control', 'no-store')
  res.end()
}

function notAllowed(res: ServerResponse, { GET, POST }: { GET?: Action; POST?: Action }): Problem {
  res.setHeader('Allow', [GET && 'GET, HEAD', POST && 'POST'].filter(Boolean).join(', '))
  return new Problem(405, 'Method not allowed', 'This address is not for that.')
}
