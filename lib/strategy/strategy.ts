import type { IncomingMessage } from 'node:http'
import {
  type SecretOrKeyProvider,
  Strategy,
  type StrategyOptionsWithoutRequest,
  type VerifiedCallback,
  type VerifyCallback,
  type VerifyCallbackWithRequest,
} from 'passport-jwt'
import { codeOf, KeyUnavailableError, TokenError } from '../errors'
import { toVerifyingKey } from '../keys'
import { challengeOn401 } from './challenge'
import { fixedKey, guardProvider } from './key-provider'
import {
  type AnyStrategyOptions,
  type AnyVerify,
  checkOptions,
  type JwtBlacklistStrategyOptions,
  type JwtBlacklistStrategyOptionsWithRequest,
} from './options'
import { callVerify, checkToken } from './verify'

/**
 * passport-jwt's strategy, which also refuses blacklisted tokens. Takes every option that passport-jwt takes but `ignoreExpiration`,
 * and `blacklist`. A refused token is a 401 whose `info` is an `Error` with a `code` (`TokenErrorCode`); where nobody can tell,
 * the error goes to `next`, with status 503.
 */
export class JwtBlacklistStrategy extends Strategy {
  override name = 'jwt'
  // Not `#private`: Passport authenticates on an object made from this one, which has no private members.
  private readonly realm: string

  /** @throws TypeError that names the option */
  constructor(options: JwtBlacklistStrategyOptions, verify: VerifyCallback)
  constructor(options: JwtBlacklistStrategyOptionsWithRequest, verify: VerifyCallbackWithRequest)
  constructor(options: AnyStrategyOptions, verify: AnyVerify) {
    checkOptions(options, verify)
    const encodedTokens = new WeakMap<object, string>()
    super(toParentOptions(options, encodedTokens), checkedVerify(options, verify, encodedTokens) as unknown as VerifyCallback)
    this.realm = options.realm ?? 'api'
  }

  override authenticate(request: Parameters<Strategy['authenticate']>[0], options?: unknown): void {
    // An object of its own, so that the one registered with Passport is left as it is.
    const attempt: Strategy = Object.create(this)
    attempt.fail = (info: unknown, status?: number) => {
      if (info instanceof KeyUnavailableError) return this.error(info)
      challengeOn401(request as unknown as IncomingMessage, this.realm, info)
      this.fail(withCode(info), status as number)
    }
    super.authenticate.call(attempt, request, options)
  }
}

/** jsonwebtoken's errors keep their names, messages and fields, which apps read. The app's own stay as they are. */
function withCode(info: unknown): unknown {
  const code = codeOf(info)
  return code === undefined || info instanceof TokenError ? info : Object.assign(info as Error, { code })
}

/** What passport-jwt is given: our key provider, which keeps the encoded token for us; and the request for our verify. */
function toParentOptions(options: AnyStrategyOptions, encodedTokens: WeakMap<object, string>): StrategyOptionsWithoutRequest {
  const { blacklist, secretOrKey, secretOrKeyProvider, jti, tokenTypes, realm, ...passportJwtOptions } = options
  const provider = secretOrKeyProvider
    ? guardProvider(secretOrKeyProvider)
    : fixedKey(secretOrKey === undefined ? blacklist.verifyingKey : toVerifyingKey('secretOrKey', secretOrKey))
  const keepEncoded: SecretOrKeyProvider = (request, encoded, done) => {
    if (typeof encoded === 'string') encodedTokens.set(request, encoded)
    provider(request, encoded, done)
  }
  const own = secretOrKey === undefined && secretOrKeyProvider === undefined
  const all = {
    ...passportJwtOptions,
    ...(own && ownDefaults(options)),
    secretOrKeyProvider: keepEncoded,
    passReqToCallback: true,
  }
  return all as unknown as StrategyOptionsWithoutRequest
}

/** With the blacklist's own key, its other settings hold as well, where the app does not say otherwise. */
function ownDefaults({ blacklist, algorithms, issuer, audience, jsonWebTokenOptions }: AnyStrategyOptions) {
  const { settings } = blacklist
  return {
    algorithms: algorithms ?? [settings.algorithm],
    issuer: issuer ?? settings.issuer,
    audience: audience ?? settings.audience,
    jsonWebTokenOptions: { clockTolerance: settings.leeway, ...jsonWebTokenOptions },
  }
}

function checkedVerify(
  options: AnyStrategyOptions,
  verify: AnyVerify,
  encodedTokens: WeakMap<object, string>,
): VerifyCallbackWithRequest<object> {
  const { blacklist, tokenTypes, jti, passReqToCallback, jsonWebTokenOptions } = options
  return (request, payload, done: VerifiedCallback) => {
    const claims: unknown = jsonWebTokenOptions?.complete ? payload.payload : payload
    const encoded = jti === 'digest' ? encodedTokens.get(request) : undefined
    checkToken({ blacklist, tokenTypes }, claims, encoded).then(
      () => callVerify(verify, passReqToCallback ? [request, payload] : [payload], done),
      (error: unknown) => (error instanceof TokenError ? done(null, false, error) : done(error)),
    )
  }
}
