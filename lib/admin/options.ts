import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Claims } from '../claims'
import { expect } from '../expect'
import type { Settings } from '../options'
import type { FlushOptions } from '../store/flush'
import type { Listing } from '../store/listing/types'
import type { BlacklistedRow, Unblacklisted } from '../store/unblacklist'
import type { RefreshToken } from '../tokens/refresh-token'
import { isTokenClass } from '../tokens/token'

type MaybePromise<T> = T | Promise<T>

export interface AdminOptions {
  /**
   * Says who is staff: anything truthy lets the request pass, anything else is answered 403 with an empty body. What it throws goes to
   * `next`.
   */
  authorize(req: IncomingMessage): MaybePromise<unknown>
  /**
   * The names of users, by their ids; asked once for each page. A name that it does not know, and whatever it throws, costs no more
   * than that name. @default the ids stand for themselves
   */
  describeUser?(ids: string[]): MaybePromise<ReadonlyMap<string, string> | Readonly<Record<string, string>>>
}

/** What the admin needs of a `TokenBlacklist`. */
export interface AdministeredTokens {
  readonly settings: Settings
  readonly RefreshToken: typeof RefreshToken
  readonly listing: Listing
  readonly lastFlush: { at: Date; deleted: number } | undefined
  readonly nextFlush: Date | undefined
  blacklist(token: string | Claims): Promise<void>
  outstand(claims: Claims): Promise<void>
  blacklistUser(userId: string): Promise<number>
  unblacklist(row: BlacklistedRow): Promise<Unblacklisted>
  flushExpiredTokens(options: FlushOptions): Promise<number>
}

/** What Express, Connect and plain `http` call. */
export type AdminHandler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** @throws TypeError that names the option, says what was expected and what came */
export function checkAdminOptions(tokens: AdministeredTokens, options: AdminOptions): void {
  expect(isTokenClass(tokens?.RefreshToken), 'tokens', 'a TokenBlacklist', tokens)
  expect(typeof options === 'object' && options !== null, 'options', 'an object with a function authorize', options)
  const { authorize, describeUser, ...unknown } = options
  for (const name of Object.keys(unknown)) throw new TypeError(`${name} is not an option of adminRoutes`)
  expect(typeof authorize === 'function', 'authorize', 'a function that says whether a request is made by staff', authorize)
  expect(
    describeUser === undefined || typeof describeUser === 'function',
    'describeUser',
    'a function from user ids to names',
    describeUser,
  )
}
