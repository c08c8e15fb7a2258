import type { VerifyOptions } from 'jsonwebtoken'
import {
  type SecretOrKeyProvider,
  Strategy,
  type StrategyOptionsWithoutRequest,
  type VerifiedCallback,
  type VerifyCallback,
  type VerifyCallbackWithRequest,
} from 'passport-jwt'
import { TokenError } from '../errors'
import { toVerifyingKey } from '../keys'
import { fixedKey, guardProvider } from './key-provider'
import { type ReportLate, reason } from './once'
import {
  type AnyStrategyOptions,
  type AnyVerify,
  checkOptions,
  type JwtBlacklistStrategyOptions,
  type JwtBlacklistStrategyOptionsWithRequest,
} from './options'
import { type Outcome, type OutcomeOptions, type StrategyRequest, withOutcome } from './outcome'
import { callVerify, checkToken } from './verify'

/**
 * passport-jwt's strategy, which also refuses blacklisted tokens. Takes every option that passport-jwt takes but `ignoreExpiration`,
 * and `blacklist`. A refused token is a 401 whose `info` is an `Error` with a `code` (`TokenErrorCode`); where nobody can tell,
 * the error goes to `next`, with status 503.
 */
export class JwtBlacklistStrategy extends Strategy {
  override name = 'jwt'
  // Not `#private`: Passport authenticates on an object made from this one, which has no private members.
  private readonly _jwtBlacklist: OutcomeOptions & { Attempt: new (outcome: Outcome) => Strategy }

  /** @throws TypeError that names the option */
  constructor(options: JwtBlacklistStrategyOptions, verify: VerifyCallback)
  constructor(options: JwtBlacklistStrategyOptionsWithRequest, verify: VerifyCallbackWithRequest)
  constructor(options: AnyStrategyOptions, verify: AnyVerify) {
    checkOptions(options, verify)
    const encodedTokens = new WeakMap<object, string>()
    super(toParentOptions(options, encodedTokens), checkedVerify(options, verify, encodedTokens) as unknown as VerifyCallback)
    const { logger, clock } = options.blacklist.settings
    this._jwtBlacklist = { realm: options.realm ?? 'api', logger, Attempt: attemptsOf(this, clock) }
  }

  override authenticate(request: StrategyRequest, options?: unknown): void {
    const { Attempt } = this._jwtBlacklist
    withOutcome(this, request, this._jwtBlacklist, (outcome) => {
      // An object of its own, so that the one registered with Passport is left as it is.
      super.authenticate.call(new Attempt(outcome), request, options)
    })
  }
}

/** Where passport-jwt keeps what it gives to `jsonwebtoken.verify`. */
interface ParentState {
  _verifOpts: VerifyOptions
}

/**
 * What passport-jwt authenticates a request on: the registered strategy with this request's outcome. All have one prototype and one
 * form, which V8 is much faster with than with objects made from Passport's, each of which is new.
 */
function attemptsOf(registered: JwtBlacklistStrategy, clock: () => number) {
  const { _verifOpts } = registered as unknown as ParentState
  let now = _verifOpts
  function Attempt(this: Outcome & ParentState, { success, fail, error }: Outcome) {
    this.success = success
    this.fail = fail
    this.error = error
    // On the blacklist's clock tokens are issued, and forgotten.
    const clockTimestamp = Math.floor(clock() / 1000)
    if (now.clockTimestamp !== clockTimestamp) now = { ..._verifOpts, clockTimestamp }
    this._verifOpts = now
  }
  Attempt.prototype = registered
  return Attempt as unknown as new (
    outcome: Outcome,
  ) => Strategy
}

/** What passport-jwt is given: our key provider, which keeps the encoded token for us; and the request for our verify. */
function toParentOptions(options: AnyStrategyOptions, encodedTokens: WeakMap<object, string>): StrategyOptionsWithoutRequest {
  const { blacklist, secretOrKey, secretOrKeyProvider, jti, tokenTypes, realm, ...passportJwtOptions } = options
  const verifyOptions = verifyOptionsOf(options)
  const provider = secretOrKeyProvider
    ? guardProvider(secretOrKeyProvider, verifyOptions.algorithms, lateReporter(options, 'secretOrKeyProvider'))
    : fixedKey(secretOrKey == null ? blacklist.verifyingKey : toVerifyingKey('secretOrKey', secretOrKey))
  const keepEncoded: SecretOrKeyProvider = (request, encoded, done) => {
    if (jti === 'digest' && typeof encoded === 'string') encodedTokens.set(request, encoded)
    provider(request, encoded, done)
  }
  const all = { ...passportJwtOptions, ...verifyOptions, secretOrKeyProvider: keepEncoded, passReqToCallback: true }
  return all as unknown as StrategyOptionsWithoutRequest
}

/**
 * Of the options for jsonwebtoken, those that can be given in two places. passport-jwt forgets these in `jsonWebTokenOptions`, and
 * then checks nothing. With the blacklist's own key its other settings hold as well, where the app does not say otherwise.
 */
function verifyOptionsOf(options: AnyStrategyOptions) {
  const { blacklist, secretOrKey, secretOrKeyProvider, jsonWebTokenOptions: given } = options
  const { algorithm, issuer, audience, leeway } = blacklist.settings
  const own = secretOrKey == null && secretOrKeyProvider == null
  return {
    algorithms: options.algorithms ?? given?.algorithms ?? (own ? [algorithm] : undefined),
    // Not `??`: jsonwebtoken takes an empty string for none.
    issuer: options.issuer || given?.issuer || (own ? issuer : undefined),
    audience: options.audience || given?.audience || (own ? audience : undefined),
    jsonWebTokenOptions: { ...given, clockTolerance: given?.clockTolerance ?? (own ? leeway : undefined) },
  }
}

function checkedVerify(
  options: AnyStrategyOptions,
  verify: AnyVerify,
  encodedTokens: WeakMap<object, string>,
): VerifyCallbackWithRequest<object> {
  const { blacklist, tokenTypes, jti, passReqToCallback } = options
  const complete = options.jsonWebTokenOptions?.complete === true
  const reportLate = lateReporter(options, 'verify')
  return (request, payload, done: VerifiedCallback) => {
    const claims: unknown = complete ? payload.payload : payload
    const encoded = jti === 'digest' ? encodedTokens.get(request) : undefined
    checkToken({ blacklist, tokenTypes }, claims, encoded).then(
      () => callVerify(verify, passReqToCallback ? [request, payload] : [payload], done, reportLate),
      (error: unknown) => (error instanceof TokenError ? done(null, false, error) : done(reason(error))),
    )
  }
}

function lateReporter({ blacklist }: AnyStrategyOptions, option: string): ReportLate {
  return (error) => blacklist.settings.logger.error(`passport-jwt-blacklist: ${option} failed after it had called done`, error)
}
