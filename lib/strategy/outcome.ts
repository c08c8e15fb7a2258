import type { IncomingMessage } from 'node:http'
import jwt from 'jsonwebtoken'
import type { Strategy } from 'passport-jwt'
import type { TokenCheck } from '../check'
import { codeOf, KeyUnavailableError, TokenError, type TokenErrorCode } from '../errors'
import { challengeOn401 } from './challenge'
import { reason } from './once'
import { NoUser } from './verify'

export type StrategyRequest = Parameters<Strategy['authenticate']>[0]

/** What Passport puts on a strategy for each request, and passport-jwt calls. */
export interface Outcome {
  success(user: unknown, info?: unknown): void
  fail(info: unknown): void
  error(error: unknown): void
}

export interface OutcomeOptions {
  realm: string
  logger: TokenCheck['settings']['logger']
}

/**
 * Hands Passport's outcomes for one request to `ask`, with the challenge added, and with a code on errors of ours.
 *
 * They are taken from the strategy at once: where the app gives Passport the strategy itself instead of its name, Passport
 * puts each request's on the same object, and by the time the blacklist has answered they are another request's.
 */
export function withOutcome(
  strategy: Strategy,
  request: StrategyRequest,
  { realm, logger }: OutcomeOptions,
  ask: (outcome: Outcome) => void,
): void {
  const { success, fail, error } = strategy as Outcome
  const passport: Outcome = { success: success.bind(strategy), fail: fail.bind(strategy), error: error.bind(strategy) }
  let isAsync = false
  /** What the app throws in there goes up to its framework while that is what called us. Later it would end the process. */
  const hand = (action: () => void): void => {
    try {
      action()
    } catch (thrown) {
      if (!isAsync) throw thrown
      passOn(reason(thrown), passport, request, logger)
    }
  }
  ask({
    success: (user, info) => hand(() => passport.success(user, info)),
    error: (failure) => hand(() => passport.error(failure)),
    fail: (info) =>
      hand(() => {
        if (info instanceof KeyUnavailableError) return passport.error(info)
        const refusal = info instanceof NoUser ? { info: info.info, code: undefined } : refused(info)
        challengeOn401(request as unknown as IncomingMessage, { realm, code: refusal.code })
        passport.fail(refusal.info)
      }),
  })
  isAsync = true
}

/** jsonwebtoken's errors keep their names, messages and fields, which apps read. */
function refused(error: unknown): { info: Error; code: TokenErrorCode } {
  if (error instanceof TokenError) return { info: error, code: error.code }
  const code = codeOf(error)
  if (code) return { info: Object.assign(error as Error, { code }), code }
  // From JSON.parse, which quotes the token; or from node:crypto.
  const message = error instanceof Error && !(error instanceof SyntaxError) ? error.message : 'invalid token'
  return refused(new jwt.JsonWebTokenError(message))
}

/** passport-jwt hands what was thrown to `error`; a custom callback may throw there again. Then it is the router's. */
function passOn(thrown: unknown, { error }: Outcome, request: object, logger: OutcomeOptions['logger']): void {
  try {
    error(thrown)
  } catch (again) {
    const { next } = request as { next?: unknown }
    if (typeof next === 'function') next(reason(again))
    else logger.error('passport-jwt-blacklist: the callback given to passport.authenticate threw', again)
  }
}
