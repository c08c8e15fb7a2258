import type { KeyObject } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { defineModels, type Models } from '../models'
import type { TokenCheck } from './check'
import { type Claims, chainOf, idsOf, isNumericDate, isStorable, jtiOf, sidOf, userIdOf } from './claims'
import { TokenError } from './errors'
import { announcerOf, type TokenBlacklistEvents, type TypedEmitter } from './events'
import { flushMarginOf } from './flush-margin'
import { resolveKeys } from './keys'
import { resolveOptions, type Settings, type TokenBlacklistOptions } from './options'
import { type AuthenticateOptions, authenticateHandler } from './routes/authenticate'
import type { Handler } from './routes/dispatch'
import type { RoutesOptions } from './routes/options'
import { tokenRoutes } from './routes/router'
import { checkSchedule, type Schedule, startSchedule } from './schedule'
import { blacklist, blacklistKnown } from './store/blacklist'
import { CachedLookup } from './store/cached-lookup'
import { Database } from './store/database'
import { type FlushOptions, flush } from './store/flush'
import { listingOf } from './store/listing/listing'
import type { Listing } from './store/listing/types'
import { Lookup } from './store/lookup'
import { record } from './store/outstanding'
import { type LiveSession, liveSessions, revokeSession } from './store/sessions'
import { tablesOf } from './store/store'
import { type BlacklistedRow, type Unblacklisted, unblacklist } from './store/unblacklist'
import { blacklistUser } from './store/user'
import { bindTokenClasses, type TokenClasses } from './tokens/bind'
import type { TokenContext } from './tokens/context'
import { type EncodedSlidingToken, type RefreshedPair, refreshPair, refreshSliding, type TokenPair } from './tokens/exchange'
import { decode, nowOf } from './tokens/jwt'
import { rowOf } from './tokens/row'
import { sessionRowOf } from './tokens/session'
import type { WriteOptions } from './tokens/token'
import { toUserId } from './tokens/user'

/**
 * The one configured object: settings, models, token classes, routes, and the daily flush, which making it starts.
 *
 * Every method that asks or changes the database rejects with `BlacklistUnavailableError` (status 503) where nobody can tell the
 * answer, or whether the change was made; within `checkTimeout`, but for what runs in a transaction of the app's.
 */
export class TokenBlacklist
  extends (EventEmitter as new () => TypedEmitter<TokenBlacklistEvents>)
  implements TokenCheck, TokenClasses
{
  readonly settings: Settings
  readonly models: Models
  readonly verifyingKey: KeyObject
  readonly AccessToken: TokenClasses['AccessToken']
  readonly RefreshToken: TokenClasses['RefreshToken']
  readonly SlidingToken: TokenClasses['SlidingToken']
  /** What the tables hold, page by page. @internal */
  readonly listing: Listing
  readonly #context: TokenContext
  readonly #schedule: Schedule | undefined
  readonly #closing = new AbortController()
  #flushing: Promise<void> = Promise.resolve()
  #lastFlush: { at: Date; deleted: number } | undefined

  /** @throws TypeError that names the option, says what was expected and what came */
  constructor(options: TokenBlacklistOptions) {
    super()
    this.settings = resolveOptions(options)
    const { tableNames, checkTimeout, flushSchedule, cache, djangoTables } = this.settings
    if (flushSchedule !== false) checkSchedule(flushSchedule)
    const keys = resolveKeys({
      algorithm: this.settings.algorithm,
      signingKey: options.signingKey,
      verifyingKey: options.verifyingKey,
    })
    const database = new Database(options.sequelize, checkTimeout)
    this.models = defineModels(options.sequelize, { tableNames })
    this.verifyingKey = keys.verifyingKey
    const tables = tablesOf(this.models)
    const lookup = new Lookup(database, tables)
    this.#context = {
      settings: this.settings,
      keys,
      store: { database, tables, djangoTables, cache: cache && new CachedLookup(lookup, cache) },
      lookup,
      announce: announcerOf(this, this.settings.logger),
    }
    this.listing = listingOf(this.#context.store, { clock: this.settings.clock, flushMargin: flushMarginOf(this.settings) })
    const { AccessToken, RefreshToken, SlidingToken } = bindTokenClasses(this.#context)
    this.AccessToken = AccessToken
    this.RefreshToken = RefreshToken
    this.SlidingToken = SlidingToken
    if (flushSchedule !== false) this.#schedule = startSchedule(flushSchedule, () => this.#scheduledFlush())
  }

  /**
   * A new refresh token, recorded as outstanding, and its access token.
   * @param user its property `userIdField` names it
   * @throws TypeError where the user has no usable id
   */
  async obtainPair(user: object, options?: WriteOptions): Promise<TokenPair> {
    const token = await this.RefreshToken.forUser(user, options)
    return { access: String(token.accessToken), refresh: String(token) }
  }

  /**
   * Exchanges a refresh token for an access token, and with `rotateRefreshTokens` for its one successor as well.
   * @param options in a transaction of yours, commit what this wrote where it throws a TokenError too: it may have ended the session
   * of a stolen token
   * @throws TokenError where the token is refused
   */
  refresh(encoded: string, options?: WriteOptions): Promise<RefreshedPair> {
    return refreshPair(this.RefreshToken, encoded, options)
  }

  /**
   * A new sliding token, recorded as outstanding.
   * @throws TypeError where the user has no usable id
   */
  async obtainSliding(user: object, options?: WriteOptions): Promise<EncodedSlidingToken> {
    return { token: String(await this.SlidingToken.forUser(user, options)) }
  }

  /**
   * Exchanges a sliding token for a copy that expires later, until its `refresh_exp`.
   * @throws TokenError where the token is refused
   */
  refreshSliding(encoded: string, options?: WriteOptions): Promise<EncodedSlidingToken> {
    return refreshSliding(this.SlidingToken, encoded, options)
  }

  /**
   * The claims of a token of any type, after everything was checked, the blacklist included.
   * @throws TokenError where the token is refused
   */
  async verify(encoded: string): Promise<Claims> {
    const claims = decode(this.#context, encoded)
    if (await this.#context.lookup.anyBlacklisted(idsOf(claims, this.settings))) throw new TokenError('ERR_TOKEN_BLACKLISTED')
    return claims
  }

  /**
   * Whether the token's jti, or its session's id (`sid`), is blacklisted; with `cache`, as it was at most `maxAge` ago. Trusts the
   * claims: verify the token first.
   * @throws TokenError ERR_TOKEN_NO_JTI
   */
  async isBlacklisted(claims: Claims): Promise<boolean> {
    const { store, lookup } = this.#context
    return (store.cache ?? lookup).anyBlacklisted(idsOf(claims, this.settings))
  }

  /**
   * Makes sure that a token is never accepted again; a refresh token ends its session, and whatever followed from it. Harmless
   * the second time.
   * @param token encoded: it is verified first, and without a jti goes by its digest. Claims: they are trusted. `{ jti }` alone
   * will do where the token, or the session of this id, is outstanding.
   * @throws TokenError where the encoded token is refused; ERR_TOKEN_NO_JTI; ERR_TOKEN_NO_EXP where nobody knows how long the
   * token would live
   * @throws BlacklistConflictError where the database holds the jti for equal to another
   */
  async blacklist(token: string | Claims, { transaction }: WriteOptions = {}): Promise<void> {
    const { store, announce } = this.#context
    const { claims, encoded } = this.#claimsOf(token)
    const jti = jtiOf(claims, this.settings.jtiClaim, encoded)
    const [userId, sid] = [userIdOf(claims[this.settings.userIdClaim]), sidOf(claims)]
    if (encoded !== undefined || isNumericDate(claims.exp)) {
      const revocation = { token: rowOf(this.settings, claims, encoded), session: this.#sessionOf(claims) }
      const sessionEnded = await blacklist(store, revocation, transaction)
      announce('blacklisted', { userId, sid: sid ?? ((sessionEnded && chainOf(jti)) || null), jti, sessionEnded })
      return
    }
    const ended = await blacklistKnown(store, jti, transaction)
    if (!ended) throw new TokenError('ERR_TOKEN_NO_EXP')
    announce('blacklisted', {
      userId: ended.userId ?? userId,
      sid: ended.sid ?? sid,
      jti,
      sessionEnded: ended.sid !== null,
    })
  }

  /**
   * Records a token as outstanding, so that `blacklistUser` finds it. For apps that sign their own.
   * @throws TokenError as `blacklist`
   */
  async outstand(token: string | Claims, { transaction }: WriteOptions = {}): Promise<void> {
    const { claims, encoded } = this.#claimsOf(token)
    await record(this.#context.store, [rowOf(this.settings, claims, encoded)], transaction)
  }

  /**
   * Logs a user out everywhere: blacklists every outstanding token of the user's, and so ends the sessions. All or nothing; but more
   * than 10,000 tokens, and in no transaction of yours, in batches, each within `checkTimeout` and the sessions first: where it
   * rejects, what was blacklisted stays so, and another call goes on.
   * @param options `except`: the id of a session to spare (the claim `sid`), with the tokens whose jti begins with it, as those that this
   * package issues do
   * @returns how many rows it blacklisted, without those that were blacklisted already
   * @throws TypeError for a user id that is null, empty or an object
   */
  async blacklistUser(
    userId: string | number | bigint,
    { except, transaction }: WriteOptions & { except?: string | undefined } = {},
  ): Promise<number> {
    const id = toUserId(userId, 'userId')
    if (except !== undefined && !isStorable(except)) throw new TypeError('except must be the id of a session, a string')
    const count = await blacklistUser(this.#context.store, id, { except, transaction })
    this.#context.announce('userBlacklisted', { userId: id, except: except ?? null, count })
    return count
  }

  /**
   * A user's sessions that are neither over nor ended, the youngest first, 100 at the most.
   * @throws TypeError for a user id that is null, empty or an object
   */
  async sessionsOf(userId: string | number | bigint): Promise<LiveSession[]> {
    return liveSessions(this.#context.store, toUserId(userId, 'userId'), new Date(this.settings.clock()))
  }

  /**
   * Ends a session: all its tokens are refused from now on. Harmless the second time.
   * @param id the claim `sid` of its tokens
   * @param options `userId`: whose session it must be
   * @returns false where there is no such session
   * @throws TypeError for a user id that is given, and is undefined, null, empty or an object
   */
  async revokeSession(id: string, options: WriteOptions & { userId?: string | number | bigint } = {}): Promise<boolean> {
    // Given as undefined, as by a mistake about the request's user, it must not mean everybody.
    const owner = 'userId' in options ? toUserId(options.userId, 'userId') : undefined
    const ended = await revokeSession(this.#context.store, id, { userId: owner, transaction: options.transaction })
    if (ended)
      this.#context.announce('blacklisted', {
        userId: owner ?? ended.userId,
        sid: ended.sid,
        jti: id,
        sessionEnded: ended.sid !== null,
      })
    return ended !== undefined
  }

  /** Takes a row off the blacklist again, as the admin does. @internal */
  async unblacklist(row: BlacklistedRow): Promise<Unblacklisted> {
    const outcome = await unblacklist(this.#context.store, row)
    if (outcome.is === 'done') {
      this.#context.announce('unblacklisted', { userId: outcome.userId, sid: outcome.sid, jti: row.jti })
    }
    return outcome
  }

  /**
   * Deletes what expired more than `flushMargin` ago, on this process's clock and on the database's.
   * @returns how many outstanding tokens it deleted
   * @throws the signal's reason, once it is aborted
   */
  async flushExpiredTokens(options?: FlushOptions): Promise<number> {
    const margin = flushMarginOf(this.settings)
    const before = new Date(this.settings.clock() - margin * 1000)
    const deleted = await flush(this.#context.store, { before, margin }, options)
    this.#lastFlush = { at: new Date(this.settings.clock()), deleted }
    this.#context.announce('flushed', { deleted })
    return deleted
  }

  /** When this process last completed a flush, scheduled or not, and how many outstanding tokens that deleted. */
  get lastFlush(): { at: Date; deleted: number } | undefined {
    return this.#lastFlush
  }

  /** When this process flushes next at the earliest, it may be up to 15 minutes later; undefined where it has no schedule. */
  get nextFlush(): Date | undefined {
    return this.#closing.signal.aborted ? undefined : this.#schedule?.next()
  }

  /** A handler with Simple JWT's routes, for Express 4 and 5 and plain `http`: `app.use('/api/token', tokens.routes(…))`. */
  routes(options: RoutesOptions): Handler {
    return tokenRoutes(this, options)
  }

  /**
   * A handler that guards a route without Passport, and answers as Simple JWT does: 401 with `detail`, `code` and `messages`. It
   * sets `req.user` and `req.auth`, the claims.
   */
  authenticate(options?: AuthenticateOptions): Handler {
    return authenticateHandler(this, options)
  }

  /** Ends the schedule, and waits for a flush that it started, which stops after its batch. Does not close `sequelize`. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#schedule?.stop()
    // It rejects only where the logger throws, which node-cron tells.
    await this.#flushing.catch(() => {})
  }

  #claimsOf(token: string | Claims): { claims: Claims; encoded?: string } {
    if (typeof token === 'string') return { claims: decode(this.#context, token), encoded: token }
    if (typeof token === 'object' && token !== null) return { claims: token }
    throw new TypeError(`token must be an encoded JWT or its claims; got ${token === null ? 'null' : typeof token}`)
  }

  /** The session that ends with a token; an access token ends alone. */
  #sessionOf(claims: Claims) {
    if (claims[this.settings.tokenTypeClaim] !== this.RefreshToken.tokenType) return null
    const accessTokenLifetime = this.RefreshToken.accessTokenClass.lifetime()
    return sessionRowOf(this.settings, claims, { now: nowOf(this.#context), accessTokenLifetime })
  }

  #scheduledFlush(): Promise<void> {
    const { signal } = this.#closing
    this.#flushing = this.flushExpiredTokens({ signal }).then(
      () => {},
      (error: unknown) => {
        if (signal.aborted) return
        this.settings.logger.error('passport-jwt-blacklist: the scheduled flush failed', error)
        this.#context.announce('error', error)
      },
    )
    return this.#flushing
  }
}
