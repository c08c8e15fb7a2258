import fc from 'fast-check'
import { expect } from 'vitest'
import { TokenBlacklist, type TokenBlacklistOptions } from '../../lib'
import { claimsOf } from './jwt'
import { age } from './sessions'

/** How the app is set up. The lifetimes are chosen so that tokens outlive each other in every order. */
const settings = fc.record({
  sessions: fc.boolean(),
  rotation: fc.constantFrom('rotate' as const, 'rotate' as const, 'beside' as const, 'keep' as const),
  rotationGracePeriod: fc.constantFrom(0, 10),
  accessTokenLifetime: fc.constantFrom(60, 90_000),
  refreshTokenLifetime: fc.constantFrom(600, 86_400),
  leeway: fc.constantFrom(0, 30),
  flushMargin: fc.constantFrom(31, 50_000),
  sessionLifetime: fc.constantFrom(undefined, undefined, 5000),
})
export const setup = settings.map((given) => (given.sessions ? given : { ...given, sessionLifetime: undefined }))
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never

const which = fc.nat({ max: 30 })
const user = fc.constantFrom('alice', 'bob')
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant('login' as const), user }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('refresh' as const), which }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('refresh at once' as const), which }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('log out' as const), which }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('log out everywhere' as const), user, except: fc.option(which) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('revoke the session' as const), which }) },
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: fc.constantFrom(4, 40, 700, 30_000, 100_000) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('flush' as const) }) },
)
export const steps = fc.array(step, { maxLength: 20, size: 'max' })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** One login, and what came of it. */
interface Login {
  user: string
  sid: string | undefined
  /** Its refresh tokens are refused, and with sessions its access tokens too. */
  ended: boolean
}

interface Refresh {
  encoded: string
  login: Login
  /** Where sessions are off and tokens live beside each other, one can be revoked alone. */
  revoked: boolean
  next?: Refresh
  rotatedAt?: number
}

const EXPIRED = 'ERR_TOKEN_EXPIRED'
const BLACKLISTED = 'ERR_TOKEN_BLACKLISTED'

/**
 * What is to be expected, in a few plain lists, beside the real thing. The app's clock stands a year ago, so that the
 * database's, which cannot be moved, holds no flush back; it moves by `wait` alone.
 */
export class SessionModel {
  readonly #tokens: TokenBlacklist
  readonly #setup: Setup
  readonly #refresh: Refresh[] = []
  readonly #access: { encoded: string; login: Login }[] = []
  #now = Date.now() - 365 * 86_400_000
  #reuses = 0
  #told = 0

  constructor(options: TokenBlacklistOptions, setup: Setup) {
    const { rotation, ...settings } = setup
    this.#setup = setup
    this.#tokens = new TokenBlacklist({
      ...options,
      ...settings,
      rotateRefreshTokens: rotation !== 'keep',
      blacklistAfterRotation: rotation !== 'beside',
      flushSchedule: false,
      checkTimeout: '30s',
      clock: () => this.#now,
    } as TokenBlacklistOptions)
    this.#tokens.on('reuse', () => {
      this.#told++
    })
  }

  async run(all: Step[]): Promise<void> {
    await this.#login('alice')
    for (const one of all) await this.#step(one)
    await this.#check()
    await this.#checkSessions()
  }

  async #step(one: Step): Promise<void> {
    if (one.does === 'login') await this.#login(one.user)
    else if (one.does === 'refresh') await this.#refreshOne(this.#at(one.which))
    else if (one.does === 'refresh at once') await this.#refreshAtOnce(this.#at(one.which))
    else if (one.does === 'log out') await this.#logout(this.#at(one.which))
    else if (one.does === 'log out everywhere') await this.#logoutEverywhere(one.user, one.except)
    else if (one.does === 'revoke the session') await this.#revoke(this.#at(one.which))
    else if (one.does === 'wait') await this.#wait(one.seconds)
    else await this.#tokens.flushExpiredTokens()
    expect(this.#told, 'reuses told').toBe(this.#reuses)
    await this.#check()
  }

  #at(index: number): Refresh {
    return this.#refresh[index % this.#refresh.length] as Refresh
  }

  #isExpired(encoded: string): boolean {
    return Math.floor(this.#now / 1000) >= Number(claimsOf(encoded).exp) + this.#setup.leeway
  }

  async #login(user: string): Promise<void> {
    const { access, refresh } = await this.#tokens.obtainPair({ id: user })
    const login: Login = { user, sid: claimsOf(access).sid as string | undefined, ended: false }
    expect(login.sid !== undefined).toBe(this.#setup.sessions)
    this.#refresh.push({ encoded: refresh, login, revoked: false })
    this.#access.push({ encoded: access, login })
  }

  async #refreshOne(token: Refresh): Promise<void> {
    const refusal = this.#expectRefusal(token)
    const answer = await this.#tokens.refresh(token.encoded).catch((error) => error.code as string)
    if (refusal !== undefined || typeof answer === 'string') {
      expect(answer).toBe(refusal)
      return
    }
    this.#access.push({ encoded: answer.access, login: token.login })
    await this.#follow(token, answer.refresh)
  }

  /** @returns the code with which the refresh is to be refused; and ends what it ends */
  #expectRefusal(token: Refresh): string | undefined {
    const { login, next, rotatedAt } = token
    if (this.#isExpired(token.encoded)) return EXPIRED
    if (login.ended || token.revoked) return BLACKLISTED
    if (!next || rotatedAt === undefined) return undefined
    if ((this.#now - rotatedAt) / 1000 <= this.#setup.rotationGracePeriod) return next.next ? BLACKLISTED : undefined
    login.ended = true
    this.#reuses++
    return BLACKLISTED
  }

  async #follow(token: Refresh, encoded: string | undefined): Promise<void> {
    const { rotation, rotationGracePeriod } = this.#setup
    expect(encoded === undefined).toBe(rotation === 'keep')
    if (encoded === undefined) return
    if (token.next) {
      expect(encoded, 'the same successor').toBe(token.next.encoded)
      return
    }
    const follower = { encoded, login: token.login, revoked: false }
    this.#refresh.push(follower)
    if (rotation !== 'rotate') return
    Object.assign(token, { next: follower, rotatedAt: this.#now })
    // Without a grace period nobody knows what the same millisecond is.
    if (rotationGracePeriod === 0) await this.#wait(1)
  }

  async #refreshAtOnce(token: Refresh): Promise<void> {
    const { rotation, rotationGracePeriod } = this.#setup
    if (rotation !== 'rotate' || token.next || token.login.ended || this.#isExpired(token.encoded)) return this.#refreshOne(token)
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => this.#tokens.refresh(token.encoded)))
    const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    expect(given).toHaveLength(rotationGracePeriod === 0 ? 1 : 3)
    expect(new Set(given.map(({ refresh }) => refresh)).size).toBe(1)
    for (const { access } of given) this.#access.push({ encoded: access, login: token.login })
    await this.#follow(token, given[0]?.refresh)
  }

  async #logout(token: Refresh): Promise<void> {
    const code = await this.#tokens.blacklist(token.encoded).catch((error) => error.code as string)
    expect(code).toBe(this.#isExpired(token.encoded) ? EXPIRED : undefined)
    if (code === EXPIRED) return
    if (this.#setup.sessions || this.#setup.rotation === 'rotate') token.login.ended = true
    else token.revoked = true
  }

  async #logoutEverywhere(user: string, index: number | null): Promise<void> {
    const except = index === null ? undefined : this.#at(index).login.sid
    await this.#tokens.blacklistUser(user, { except })
    for (const { login } of this.#refresh) {
      if (login.user === user && (except === undefined || login.sid !== except)) login.ended = true
    }
  }

  async #revoke({ login }: Refresh): Promise<void> {
    if (login.sid === undefined) return
    await this.#tokens.revokeSession(login.sid, { userId: login.user })
    login.ended = true
  }

  async #wait(seconds: number): Promise<void> {
    this.#now += seconds * 1000
    await age(this.#tokens, seconds)
  }

  /** Asks about every token that there ever was. */
  async #check(): Promise<void> {
    for (const { encoded, login, revoked, next } of this.#refresh) {
      await this.#checkOne('a refresh token', encoded, login.ended || revoked || next !== undefined)
    }
    for (const { encoded, login } of this.#access) {
      await this.#checkOne('an access token', encoded, login.ended && this.#setup.sessions)
    }
  }

  async #checkOne(what: string, encoded: string, isRevoked: boolean): Promise<void> {
    const code = await this.#tokens.verify(encoded).then(
      () => 'accepted',
      (error) => error.code as string,
    )
    expect(code, `${what} ${claimsOf(encoded).jti}`).toBe(
      this.#isExpired(encoded) ? EXPIRED : isRevoked ? BLACKLISTED : 'accepted',
    )
  }

  async #checkSessions(): Promise<void> {
    const listed = new Set<string>()
    for (const user of ['alice', 'bob']) for (const { id } of await this.#tokens.sessionsOf(user)) listed.add(id)
    for (const { encoded, login } of [...this.#access, ...this.#refresh]) {
      if (login.sid === undefined) continue
      if (login.ended) expect(listed).not.toContain(login.sid)
      else if (!this.#isExpired(encoded)) expect(listed).toContain(login.sid)
    }
  }
}
