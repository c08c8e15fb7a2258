import ms from 'ms'
import type { Sequelize } from 'sequelize'
import type { ClaimNames } from './claims'
import { ALGORITHMS, type KeyInput, type SupportedAlgorithm } from './keys'

/** A number of seconds, or a string with a unit such as `'5m'` or `'14 days'` (what jsonwebtoken takes for `expiresIn`). */
export type Duration = number | string

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

/** The settings: Simple JWT's names in camelCase, and a few of our own. */
export interface TokenBlacklistOptions {
  /** The app's instance; dialect `mysql` (MySQL, MariaDB), `postgres` or `sqlite`. */
  sequelize: Sequelize
  /** Secret or private key, string, Buffer, PEM or KeyObject. Required, unless `verifyingKey` is given to verify only. SIGNING_KEY. */
  signingKey?: KeyInput
  /** Public key. @default derived from `signingKey`. VERIFYING_KEY */
  verifyingKey?: KeyInput
  /** The one algorithm that is accepted and signed with. @default 'HS256'. ALGORITHM */
  algorithm?: SupportedAlgorithm
  /** Written into `iss` and required there. @default none. ISSUER */
  issuer?: string
  /** Written into `aud`; one of them is required there. @default none. AUDIENCE */
  audience?: string | string[]
  /** How long past `exp` and before `nbf` a token is accepted; less than `flushMargin`. @default 0. LEEWAY */
  leeway?: Duration
  /** @default '5m'. ACCESS_TOKEN_LIFETIME */
  accessTokenLifetime?: Duration
  /** @default '1d'. REFRESH_TOKEN_LIFETIME */
  refreshTokenLifetime?: Duration
  /** @default '5m'. SLIDING_TOKEN_LIFETIME */
  slidingTokenLifetime?: Duration
  /** @default '1d'. SLIDING_TOKEN_REFRESH_LIFETIME */
  slidingTokenRefreshLifetime?: Duration
  /** Whether a refresh answers with a new refresh token as well. @default true. ROTATE_REFRESH_TOKENS */
  rotateRefreshTokens?: boolean
  /** Whether the refresh token that was exchanged is blacklisted. @default true. BLACKLIST_AFTER_ROTATION */
  blacklistAfterRotation?: boolean
  /** The property of a user that identifies it. @default 'id'. USER_ID_FIELD */
  userIdField?: string
  /** @default 'sub'. USER_ID_CLAIM */
  userIdClaim?: string
  /** @default 'token_type'. TOKEN_TYPE_CLAIM */
  tokenTypeClaim?: string
  /** @default 'jti'. JTI_CLAIM */
  jtiClaim?: string
  /** @default 'refresh_exp'. SLIDING_TOKEN_REFRESH_EXP_CLAIM */
  slidingTokenRefreshExpClaim?: string
  tableNames?: Partial<TableNames>
  /** Keep encoded tokens in the `token` column: whoever reads the database can then use them. @default false */
  storeTokens?: boolean
  /** How long a request waits for the database before it is answered 503. @default '5s' */
  checkTimeout?: Duration
  /** A cron expression in UTC, or `false` for no flush in this process. @default '0 3 * * *' */
  flushSchedule?: string | false
  /** How long an expired row is kept; covers leeway and clocks that are apart. @default '1d' */
  flushMargin?: Duration
  /** @default console */
  logger?: Logger
  /** The time in milliseconds since the epoch. @default Date.now */
  clock?: () => number
}

/** The options with every default in place; durations in seconds. */
export interface Settings extends ClaimNames {
  algorithm: SupportedAlgorithm
  issuer: string | undefined
  audience: string | string[] | undefined
  leeway: number
  accessTokenLifetime: number
  refreshTokenLifetime: number
  slidingTokenLifetime: number
  slidingTokenRefreshLifetime: number
  rotateRefreshTokens: boolean
  blacklistAfterRotation: boolean
  userIdField: string
  tableNames: TableNames
  storeTokens: boolean
  checkTimeout: number
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
  rotateRefreshTokens: true,
  blacklistAfterRotation: true,
  userIdField: 'id',
  userIdClaim: 'sub',
  tokenTypeClaim: 'token_type',
  jtiClaim: 'jti',
  slidingTokenRefreshExpClaim: 'refresh_exp',
  tableNames: DEFAULT_TABLE_NAMES,
  storeTokens: false,
  checkTimeout: '5s',
  flushSchedule: '0 3 * * *',
  flushMargin: DEFAULT_FLUSH_MARGIN,
  logger: console,
  // Not `Date.now` itself: a test's fake timers put another in its place.
  clock: () => Date.now(),
} satisfies Omit<TokenBlacklistOptions, 'sequelize' | 'signingKey' | 'verifyingKey'>

type Given = Omit<TokenBlacklistOptions, 'sequelize' | 'signingKey' | 'verifyingKey' | 'issuer' | 'audience' | 'tableNames'>

const NOT_SETTINGS = ['sequelize', 'signingKey', 'verifyingKey']
const BOOLEANS = ['rotateRefreshTokens', 'blacklistAfterRotation', 'storeTokens'] as const
const NAMES = ['userIdField', 'userIdClaim', 'tokenTypeClaim', 'jtiClaim', 'slidingTokenRefreshExpClaim'] as const

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
  const merged: Required<Given> & Pick<Settings, 'issuer' | 'audience' | 'tableNames'> = {
    ...DEFAULTS,
    ...given,
    tableNames: resolveTableNames(options.tableNames),
  }

  const settings: Settings = {
    ...merged,
    accessTokenLifetime: lifetime('accessTokenLifetime', merged),
    refreshTokenLifetime: lifetime('refreshTokenLifetime', merged),
    slidingTokenLifetime: lifetime('slidingTokenLifetime', merged),
    slidingTokenRefreshLifetime: lifetime('slidingTokenRefreshLifetime', merged),
    leeway: seconds('leeway', merged.leeway, 0),
    checkTimeout: seconds('checkTimeout', merged.checkTimeout, 0.001, LONGEST_TIMEOUT),
    flushMargin: Math.ceil(seconds('flushMargin', merged.flushMargin, 0)),
  }

  expect(ALGORITHMS.includes(settings.algorithm), 'algorithm', `one of ${ALGORITHMS.join(', ')}`, settings.algorithm)
  for (const name of BOOLEANS) expect(typeof settings[name] === 'boolean', name, 'true or false', settings[name])
  for (const name of NAMES) expect(isName(settings[name]), name, 'a non-empty string', settings[name])
  const { issuer, audience, flushSchedule, logger, clock } = settings
  expect(issuer === undefined || isName(issuer), 'issuer', 'a non-empty string', issuer)
  expect(
    audience === undefined || isName(audience) || (Array.isArray(audience) && audience.length > 0 && audience.every(isName)),
    'audience',
    'a non-empty string or an array of them',
    audience,
  )
  expect(flushSchedule === false || isName(flushSchedule), 'flushSchedule', 'a cron expression or false', flushSchedule)
  expect(typeof logger?.error === 'function', 'logger', 'an object with a function error, such as console', logger)
  expect(typeof clock === 'function', 'clock', 'a function that returns milliseconds since the epoch', clock)
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

function lifetime<Option extends string>(option: Option, options: Record<Option, Duration>): number {
  return Math.floor(seconds(option, options[option], 1))
}

/**
 * @param least the smallest value, in seconds, that makes sense
 * @param most the largest
 * @throws TypeError that names the option
 */
export function seconds(option: string, value: Duration, least: number, most = LONGEST): number {
  const parsed = typeof value === 'string' ? fromString(value) : value
  expect(
    // NaN is neither.
    typeof parsed === 'number' && parsed >= least && parsed <= most,
    option,
    `a number of seconds or a string such as '5m', at least ${least} s and at most ${most} s`,
    value,
  )
  return parsed
}

/** A thousand years: dates further away than that are beyond what databases hold. */
const LONGEST = 31_557_600_000
/** A day. Node's timers and PostgreSQL's time limits end at 24 days of milliseconds. */
const LONGEST_TIMEOUT = 86_400

function fromString(value: string): number {
  // jsonwebtoken and ms read '120' as milliseconds; nobody who writes it means that.
  if (!/[a-z]\s*$/i.test(value)) return Number.NaN
  return (ms(value as ms.StringValue) ?? Number.NaN) / 1000
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function expect(holds: boolean, option: string, expected: string, came: unknown): asserts holds {
  if (!holds) throw new TypeError(`${option} must be ${expected}; got ${describe(came)}`)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value !== 'object') return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}
