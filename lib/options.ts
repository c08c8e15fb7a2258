import type { IncomingMessage } from 'node:http'
import type { Sequelize } from 'sequelize'
import type { ClaimNames, Claims } from './claims'
import { type Duration, expect, isName, seconds } from './expect'
import { ALGORITHMS, type KeyInput, type SupportedAlgorithm } from './keys'
import { isActive, TokenUser } from './users'

/** Where messages go that have no caller to reject to; `console` fits. */
export interface Logger {
  error(message: string, error?: unknown): void
}

export interface TableNames {
  /** @default 'outstanding_tokens' */
  outstandingTokens: string
  /** @default 'blacklisted_tokens' */
  blacklistedTokens: string
}

export interface CacheOptions {
  /** How old an answer may be, counted from before its query. @default '1s' */
  maxAge?: Duration | undefined
  /** How many ids are remembered at the most: a token has its jti, and mostly a session's. @default 100_000 */
  max?: number | undefined
}

type MaybePromise<T> = T | Promise<T>

type Optional<T> = { [Name in keyof T]?: T[Name] | undefined }

/** What concerns the app's users. They are the app's own objects; only what is named here is read. */
export interface UserSettings {
  /** The property of a user that identifies it. @default 'id'. USER_ID_FIELD */
  userIdField: string
  /**
   * The user of this id, asked for at each refresh and by `authenticate()`; undefined, null or false where there is none.
   * @default none: the claims are trusted, and `authenticate()` makes a `tokenUserClass` of them
   */
  findUser: ((userId: string, claims: Claims) => MaybePromise<object | null | undefined | false>) | undefined
  /**
   * Whether this user may log in and refresh. @default its `isActive` and `is_active` are not false, where `checkUserIsActive` is set.
   * USER_AUTHENTICATION_RULE
   */
  userAuthenticationRule: (user: object) => MaybePromise<boolean>
  /** Whether `authenticate()`, and the rule by default, refuse inactive users. @default true. CHECK_USER_IS_ACTIVE */
  checkUserIsActive: boolean
  /** What `authenticate()` makes of the claims where there is no `findUser`. @default TokenUser. TOKEN_USER_CLASS */
  tokenUserClass: new (
    claims: Claims,
    userId: string,
  ) => object
  /** Called with the user once it has its tokens, before the answer. @default none. ON_LOGIN_SUCCESS, UPDATE_LAST_LOGIN */
  onLoginSuccess: ((user: object, request: IncomingMessage) => MaybePromise<void>) | undefined
  /** Called after a failed login with the credentials, without the password. @default none. ON_LOGIN_FAILED */
  onLoginFailed: ((credentials: { username: string }, request: IncomingMessage) => MaybePromise<void>) | undefined
  /**
   * Whether tokens end when the user's password changes: `authenticate()` and the refresh routes compare a digest of it.
   * @default false. CHECK_REVOKE_TOKEN
   */
  checkRevokeToken: boolean
  /** The claim that has the digest. @default 'hash_password'. REVOKE_TOKEN_CLAIM */
  revokeTokenClaim: string
  /** The property of a user that holds the hash of its password. @default 'password' */
  passwordField: string
}

/** What `authenticate()` looks for. */
export interface HeaderSettings {
  /** Schemes, in any case; the first is the one in `WWW-Authenticate`. @default ['Bearer']. AUTH_HEADER_TYPES */
  authHeaderTypes: string[]
  /** In any case. @default 'authorization'. AUTH_HEADER_NAME, there as WSGI has it: `HTTP_AUTHORIZATION` */
  authHeaderName: string
  /** The types of token that grant access. @default ['access']. AUTH_TOKEN_CLASSES */
  authTokenClasses: ('access' | 'sliding')[]
}

/** The settings: Simple JWT's names in camelCase, and a few of our own. */
export interface TokenBlacklistOptions extends Optional<UserSettings>, Optional<HeaderSettings> {
  /** The app's instance; dialect `mysql` (MySQL, MariaDB), `postgres` or `sqlite`. */
  sequelize: Sequelize
  /** Secret or private key, string, Buffer, PEM or KeyObject. Required, unless `verifyingKey` is given to verify only. SIGNING_KEY. */
  signingKey?: KeyInput | undefined
  /** Public key. @default derived from `signingKey`. VERIFYING_KEY */
  verifyingKey?: KeyInput | undefined
  /** The one algorithm that is accepted and signed with. @default 'HS256'. ALGORITHM */
  algorithm?: SupportedAlgorithm | undefined
  /** Written into `iss` and required there. @default none. ISSUER */
  issuer?: string | undefined
  /** Written into `aud`; one of them is required there. @default none. AUDIENCE */
  audience?: string | string[] | undefined
  /** How long past `exp` and before `nbf` a token is accepted; less than `flushMargin`. @default 0. LEEWAY */
  leeway?: Duration | undefined
  /** @default '5m'. ACCESS_TOKEN_LIFETIME */
  accessTokenLifetime?: Duration | undefined
  /** @default '1d'. REFRESH_TOKEN_LIFETIME */
  refreshTokenLifetime?: Duration | undefined
  /** @default '5m'. SLIDING_TOKEN_LIFETIME */
  slidingTokenLifetime?: Duration | undefined
  /** @default '1d'. SLIDING_TOKEN_REFRESH_LIFETIME */
  slidingTokenRefreshLifetime?: Duration | undefined
  /**
   * Whether a login makes a session, which a logout ends with all its access tokens; its id is their claim `sid`. @default true
   */
  sessions?: boolean | undefined
  /** How long a session lasts from its login, refreshed or not. @default none */
  sessionLifetime?: Duration | undefined
  /**
   * How long after its rotation a refresh token shown again gets the same successor; 0: it is refused. Longer than `checkTimeout` and
   * `Retry-After` (1 s) together, so that a client who was answered 503 comes back in time. @default '10s'
   */
  rotationGracePeriod?: Duration | undefined
  /** Whether a refresh answers with a new refresh token as well. @default true. ROTATE_REFRESH_TOKENS */
  rotateRefreshTokens?: boolean | undefined
  /** Whether the refresh token that was exchanged is blacklisted. @default true. BLACKLIST_AFTER_ROTATION */
  blacklistAfterRotation?: boolean | undefined
  /** @default 'sub'. USER_ID_CLAIM */
  userIdClaim?: string | undefined
  /** @default 'token_type'. TOKEN_TYPE_CLAIM */
  tokenTypeClaim?: string | undefined
  /** @default 'jti'. JTI_CLAIM */
  jtiClaim?: string | undefined
  /** @default 'refresh_exp'. SLIDING_TOKEN_REFRESH_EXP_CLAIM */
  slidingTokenRefreshExpClaim?: string | undefined
  tableNames?: Partial<TableNames> | undefined
  /**
   * The tables are those that Django's `migrate` made: a user id that is unknown there becomes null, and the flush walks by id,
   * since `expires_at` has no index. @default false
   */
  djangoTables?: boolean | undefined
  /** Keep encoded tokens in the `token` column: whoever reads the database can then use them. @default false */
  storeTokens?: boolean | undefined
  /** How long a request waits for the database before it is answered 503. @default '5s' */
  checkTimeout?: Duration | undefined
  /**
   * Remembers answers of the check, for requests alone: refresh, `verify` and every write ask the database. A revocation made elsewhere
   * counts `maxAge` later at the latest, one made by this object at once. @default none: every check asks the database
   */
  cache?: CacheOptions | undefined
  /** A cron expression in UTC, or `false` for no flush in this process. @default '0 3 * * *' */
  flushSchedule?: string | false | undefined
  /** How long an expired row is kept; covers leeway and clocks that are apart. @default '1d' */
  flushMargin?: Duration | undefined
  /** @default console */
  logger?: Logger | undefined
  /** The time in milliseconds since the epoch. @default Date.now */
  clock?: (() => number) | undefined
}

/** The options with every default in place; durations in seconds. */
export interface Settings extends ClaimNames, UserSettings, HeaderSettings {
  algorithm: SupportedAlgorithm
  issuer: string | undefined
  audience: string | string[] | undefined
  leeway: number
  accessTokenLifetime: number
  refreshTokenLifetime: number
  slidingTokenLifetime: number
  slidingTokenRefreshLifetime: number
  sessions: boolean
  sessionLifetime: number | undefined
  rotationGracePeriod: number
  rotateRefreshTokens: boolean
  blacklistAfterRotation: boolean
  tableNames: TableNames
  djangoTables: boolean
  storeTokens: boolean
  checkTimeout: number
  /** `maxAge` in seconds. */
  cache: { maxAge: number; max: number } | undefined
  flushSchedule: string | false
  flushMargin: number
  logger: Logger
  clock: () => number
}

export const DEFAULT_TABLE_NAMES: TableNames = {
  outstandingTokens: 'outstanding_tokens',
  blacklistedTokens: 'blacklisted_tokens',
}

/** How long an expired row is kept. */
export const DEFAULT_FLUSH_MARGIN = '1d'

const DEFAULTS = {
  algorithm: 'HS256',
  issuer: undefined,
  audience: undefined,
  leeway: 0,
  accessTokenLifetime: '5m',
  refreshTokenLifetime: '1d',
  slidingTokenLifetime: '5m',
  slidingTokenRefreshLifetime: '1d',
  sessions: true,
  sessionLifetime: undefined,
  rotationGracePeriod: '10s',
  rotateRefreshTokens: true,
  blacklistAfterRotation: true,
  userIdField: 'id',
  findUser: undefined,
  userAuthenticationRule: isActive,
  checkUserIsActive: true,
  tokenUserClass: TokenUser,
  onLoginSuccess: undefined,
  onLoginFailed: undefined,
  checkRevokeToken: false,
  revokeTokenClaim: 'hash_password',
  passwordField: 'password',
  authHeaderTypes: ['Bearer'],
  authHeaderName: 'authorization',
  authTokenClasses: ['access'],
  userIdClaim: 'sub',
  tokenTypeClaim: 'token_type',
  jtiClaim: 'jti',
  slidingTokenRefreshExpClaim: 'refresh_exp',
  tableNames: DEFAULT_TABLE_NAMES,
  djangoTables: false,
  storeTokens: false,
  checkTimeout: '5s',
  cache: undefined,
  flushSchedule: '0 3 * * *',
  flushMargin: DEFAULT_FLUSH_MARGIN,
  logger: console,
  // Not `Date.now` itself: a test's fake timers put another in its place.
  clock: () => Date.now(),
} satisfies Omit<TokenBlacklistOptions, 'sequelize' | 'signingKey' | 'verifyingKey'>

type MayBeMissing = 'cache' | 'sessionLifetime' | 'issuer' | 'audience' | 'findUser' | 'onLoginSuccess' | 'onLoginFailed'
type Given = Omit<TokenBlacklistOptions, 'sequelize' | 'signingKey' | 'verifyingKey' | 'tableNames' | MayBeMissing>

/** A day. Node's timers and PostgreSQL's time limits end at 24 days of milliseconds. */
const LONGEST_TIMEOUT = 86_400
/** Memory for so many is set aside at once. */
const LARGEST_CACHE = 10_000_000
const NOT_SETTINGS = ['sequelize', 'signingKey', 'verifyingKey']
const BOOLEANS = [
  'sessions',
  'rotateRefreshTokens',
  'blacklistAfterRotation',
  'storeTokens',
  'djangoTables',
  'checkUserIsActive',
  'checkRevokeToken',
] as const
const OPTIONAL_FUNCTIONS = ['findUser', 'onLoginSuccess', 'onLoginFailed'] as const
const NAMES = [
  'userIdField',
  'userIdClaim',
  'tokenTypeClaim',
  'jtiClaim',
  'slidingTokenRefreshExpClaim',
  'revokeTokenClaim',
  'passwordField',
] as const

/**
 * Checks the options and fills in the defaults. An option given as `undefined` counts as not given.
 * @throws TypeError that names the option, says what was expected and what came.
 */
export function resolveOptions(options: TokenBlacklistOptions): Settings {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name) && !NOT_SETTINGS.includes(name)) {
      throw new TypeError(`${name} is not an option of TokenBlacklist`)
    }
  }
  const isSequelize = typeof (options.sequelize as Sequelize | undefined)?.getDialect === 'function'
  expect(isSequelize, 'sequelize', "the app's Sequelize instance", options.sequelize)
  const given = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => value !== undefined && !NOT_SETTINGS.includes(name)),
  )
  const merged: Required<Given> &
    Pick<Settings, 'tableNames' | Exclude<MayBeMissing, 'sessionLifetime'>> & { sessionLifetime: Duration | undefined } = {
    ...DEFAULTS,
    ...given,
    tableNames: resolveTableNames(options.tableNames),
    cache: options.cache === undefined ? undefined : resolveCache(options.cache),
  }
  if (options.userAuthenticationRule === undefined && merged.checkUserIsActive === false) {
    merged.userAuthenticationRule = () => true
  }

  const settings: Settings = {
    ...merged,
    accessTokenLifetime: lifetime('accessTokenLifetime', merged),
    refreshTokenLifetime: lifetime('refreshTokenLifetime', merged),
    slidingTokenLifetime: lifetime('slidingTokenLifetime', merged),
    slidingTokenRefreshLifetime: lifetime('slidingTokenRefreshLifetime', merged),
    sessionLifetime:
      merged.sessionLifetime === undefined ? undefined : Math.floor(seconds('sessionLifetime', merged.sessionLifetime, 1)),
    rotationGracePeriod: seconds('rotationGracePeriod', merged.rotationGracePeriod, 0),
    leeway: seconds('leeway', merged.leeway, 0),
    checkTimeout: seconds('checkTimeout', merged.checkTimeout, 0.001, LONGEST_TIMEOUT),
    flushMargin: Math.ceil(seconds('flushMargin', merged.flushMargin, 0)),
  }

  expect(ALGORITHMS.includes(settings.algorithm), 'algorithm', `one of ${ALGORITHMS.join(', ')}`, settings.algorithm)
  for (const name of BOOLEANS) expect(typeof settings[name] === 'boolean', name, 'true or false', settings[name])
  for (const name of NAMES) expect(isName(settings[name]), name, 'a non-empty string', settings[name])
  for (const name of OPTIONAL_FUNCTIONS) {
    expect(settings[name] === undefined || typeof settings[name] === 'function', name, 'a function', settings[name])
  }
  const { issuer, audience, flushSchedule, logger, clock, findUser, userAuthenticationRule, tokenUserClass } = settings
  const { authHeaderTypes, authHeaderName, authTokenClasses } = settings
  expect(typeof userAuthenticationRule === 'function', 'userAuthenticationRule', 'a function', userAuthenticationRule)
  expect(isClass(tokenUserClass), 'tokenUserClass', 'a class', tokenUserClass)
  expect(isList(authHeaderTypes, isToken), 'authHeaderTypes', "a non-empty array of schemes such as 'Bearer'", authHeaderTypes)
  expect(
    isToken(authHeaderName) && !/^HTTP_/.test(authHeaderName),
    'authHeaderName',
    "a header's name, such as 'authorization'",
    authHeaderName,
  )
  expect(
    isList(authTokenClasses, isTokenType),
    'authTokenClasses',
    "a non-empty array of 'access' and 'sliding'",
    authTokenClasses,
  )
  expect(!settings.checkRevokeToken || findUser !== undefined, 'findUser', 'a function, where checkRevokeToken is set', findUser)
  expect(issuer === undefined || isName(issuer), 'issuer', 'a non-empty string', issuer)
  expect(
    audience === undefined || isName(audience) || isList(audience, isName),
    'audience',
    'a non-empty string or an array of them',
    audience,
  )
  expect(flushSchedule === false || isName(flushSchedule), 'flushSchedule', 'a cron expression or false', flushSchedule)
  expect(typeof logger?.error === 'function', 'logger', 'an object with a function error, such as console', logger)
  expect(typeof clock === 'function', 'clock', 'a function that returns milliseconds since the epoch', clock)
  expect(
    settings.sessionLifetime === undefined || settings.sessions,
    'sessions',
    'true, where sessionLifetime is set',
    settings.sessions,
  )
  // A row that is flushed while its token can still be accepted would bring a revoked token back.
  expect(settings.leeway < settings.flushMargin || settings.leeway === 0, 'leeway', 'less than flushMargin', options.leeway)
  return settings
}

function resolveTableNames(given: Partial<TableNames> = {}): TableNames {
  expect(typeof given === 'object' && given !== null && !Array.isArray(given), 'tableNames', 'an object', given)
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_TABLE_NAMES, name)) throw new TypeError(`tableNames.${name} is not an option of TokenBlacklist`)
    expect(value === undefined || isName(value), `tableNames.${name}`, 'a non-empty string', value)
  }
  return {
    outstandingTokens: given.outstandingTokens ?? DEFAULT_TABLE_NAMES.outstandingTokens,
    blacklistedTokens: given.blacklistedTokens ?? DEFAULT_TABLE_NAMES.blacklistedTokens,
  }
}

function resolveCache(given: CacheOptions): Settings['cache'] {
  expect(
    typeof given === 'object' && given !== null && !Array.isArray(given),
    'cache',
    "an object such as { maxAge: '1s', max: 100_000 }",
    given,
  )
  const { maxAge = '1s', max = 100_000, ...unknown } = given
  for (const name of Object.keys(unknown)) throw new TypeError(`cache.${name} is not an option of TokenBlacklist`)
  const isSize = Number.isSafeInteger(max) && max >= 1 && max <= LARGEST_CACHE
  expect(isSize, 'cache.max', `a whole number from 1 to ${LARGEST_CACHE}`, max)
  return { maxAge: seconds('cache.maxAge', maxAge, 0.001, LONGEST_TIMEOUT), max }
}

function lifetime<Option extends string>(option: Option, options: Record<Option, Duration>): number {
  return Math.floor(seconds(option, options[option], 1))
}

function isList(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isMember)
}

/** RFC 9110 section 5.6.2: what a scheme and a header's name are. */
function isToken(value: unknown): boolean {
  return isName(value) && /^[\w!#$%&'*+.^`|~-]+$/.test(value)
}

/** Whether it may be called with `new`. */
function isClass(value: unknown): boolean {
  return typeof value === 'function' && Object.hasOwn(value, 'prototype')
}

function isTokenType(value: unknown): boolean {
  return value === 'access' || value === 'sliding'
}
