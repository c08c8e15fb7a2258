import { sidOf, userIdOf } from '../claims'
import type { LiveSession } from '../store/sessions'
import type { Token } from '../tokens/token'
import { Refusal } from './answer'
import { type AuthenticatingService, authenticated } from './authenticate'
import type { Action, RouteRequest } from './dispatch'

/** What the routes of the sessions need of a `TokenBlacklist`. */
export interface SessionService extends AuthenticatingService {
  sessionsOf(userId: string): Promise<LiveSession[]>
  revokeSession(id: string, options: { userId: string }): Promise<boolean>
}

/** The bearer's sessions. */
export function listSessions(tokens: SessionService): Action {
  return async (req) => {
    const { userId, token } = await bearer(tokens, req)
    const sessions = await tokens.sessionsOf(userId)
    return sessions.map(({ id, createdAt, refreshedAt, expiresAt }) => ({
      id,
      created_at: createdAt,
      refreshed_at: refreshedAt,
      expires_at: expiresAt,
      current: id === sidOf(token.claims),
    }))
  }
}

/** Ends one of the bearer's sessions. Another user's is as unknown as one that never was. */
export function endSession(tokens: SessionService): Action {
  return async (req) => {
    const { userId } = await bearer(tokens, req)
    const { id } = req.params
    if (typeof id !== 'string' || !(await tokens.revokeSession(id, { userId }))) throw new Refusal(404, { detail: 'Not found.' })
    return null
  }
}

async function bearer(tokens: SessionService, req: RouteRequest): Promise<{ userId: string; token: Token }> {
  const { token } = await authenticated(tokens, req)
  const userId = userIdOf(token.claims[tokens.settings.userIdClaim])
  // `authenticated` has refused a token of nobody.
  return { userId: userId as string, token }
}
