import type { EventEmitter } from 'node:events'
import { isPromise } from 'node:util/types'
import type { Logger } from './options'

/** Whom and what an event is about. Ids that a token did not say are null. */
interface Subject {
  userId: string | null
  /** The session's id. */
  sid: string | null
  jti: string
}

/** The events of a `TokenBlacklist`. They tell what was done; in a transaction of the app's that is yet to be committed. */
export interface TokenBlacklistEvents {
  /** A refresh or sliding token was issued and recorded. */
  issued: [Subject & { tokenType: string }]
  /** A refresh token was exchanged. `repeated`: again, within the grace period, for the same successor. */
  refreshed: [Subject & { repeated: boolean }]
  /** A token, or a session with its tokens, was blacklisted. `sessionEnded`: its session is over. */
  blacklisted: [Subject & { sessionEnded: boolean }]
  /** A token, or a session with its tokens, was taken off the blacklist again, by the admin. */
  unblacklisted: [Subject]
  /** All of a user's tokens were blacklisted, `count` of them by this call. */
  userBlacklisted: [{ userId: string; except: string | null; count: number }]
  /** A refresh token was shown again long after its rotation: it has been stolen. Its session is over; warn the user. */
  reuse: [Subject]
  /** A flush ended. */
  flushed: [{ deleted: number }]
  /** What failed in the background, where nobody waits for it. */
  error: [unknown]
}

type ListenerMethod = 'on' | 'once' | 'off' | 'addListener' | 'removeListener' | 'prependListener' | 'prependOnceListener'

type Listening<Events extends Record<keyof Events, unknown[]>> = Record<
  ListenerMethod,
  <Name extends keyof Events, Emitter>(this: Emitter, name: Name, listener: (...event: Events[Name]) => void) => Emitter
>

/** Node's, whose own types take the name of any event. */
export type TypedEmitter<Events extends Record<keyof Events, unknown[]>> = Omit<EventEmitter, ListenerMethod> & Listening<Events>

/** Tells an event; what the token classes need of a `TokenBlacklist`. */
export type Announce = <Name extends keyof TokenBlacklistEvents>(name: Name, ...event: TokenBlacklistEvents[Name]) => void

/**
 * Calls every listener, and logs what one throws or rejects with: it must not harm the request in whose midst it is called. Nor must
 * a logger that throws; Node then prints a warning.
 */
export function announcerOf(emitter: Pick<EventEmitter, 'rawListeners'>, logger: Logger): Announce {
  const report = (name: string) => (error: unknown) => {
    try {
      logger.error(`passport-jwt-blacklist: a listener of the event ${name} failed`, error)
    } catch (cause) {
      process.emitWarning(
        new Error(`passport-jwt-blacklist: the logger failed, and so did a listener of the event ${name}`, { cause }),
      )
    }
  }
  return (name, ...event) => {
    for (const listener of emitter.rawListeners(name)) {
      try {
        const returned: unknown = Reflect.apply(listener, emitter, event)
        if (isPromise(returned)) returned.catch(report(name))
      } catch (error) {
        report(name)(error)
      }
    }
  }
}
