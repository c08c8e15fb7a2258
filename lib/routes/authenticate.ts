import type { IncomingMessage } from 'node:http'
import type { Claims } from '../claims'
import { TokenError } from '../errors'
import { expect } from '../expect'
import type { Settings } from '../options'
import type { AccessToken } from '../tokens/access-token'
import type { SlidingToken } from '../tokens/sliding-token'
import { decodeAs, isTokenClass, type Token, type TokenClass } from '../tokens/token'
import { userOfToken } from '../tokens/user'
import { Refusal } from './answer'
import { type Handler, refuse } from './dispatch'

export interface AuthenticateOptions {
  /** Token classes that grant access, subclasses of the blacklist's. @default those of `authTokenClasses` */
  tokenClasses?: TokenClass<Token>[] | undefined
}

/** What `authenticate()` needs of a `TokenBlacklist`. */
export interface AuthenticatingService {
  readonly settings: Settings
  readonly AccessToken: typeof AccessToken
  readonly SlidingToken: typeof SlidingToken
  isBlacklisted(claims: Claims): Promise<boolean>
}

/** A request that was let pass, as Django REST framework has it. */
export interface AuthenticatedRequest extends IncomingMessage {
  /** The app's user by `findUser`, or a `tokenUserClass`. */
  user: object
  /** The claims of its token. */
  auth: Claims
}

/**
 * Guards a route without Passport, and answers as Simple JWT's `JWTAuthentication` does.
 * @throws TypeError that names the option
 */
export function authenticateHandler(tokens: AuthenticatingService, options: AuthenticateOptions = {}): Handler {
  const { settings } = tokens
  const { tokenClasses = ownClasses(tokens), ...unknown } = options
  for (const name of Object.keys(unknown)) throw new TypeError(`${name} is not an option of authenticate`)
  const areClasses = Array.isArray(tokenClasses) && tokenClasses.length > 0 && tokenClasses.every(isTokenClass)
  expect(areClasses, 'tokenClasses', "a non-empty array of the blacklist's token classes or subclasses of them", tokenClasses)
  return (req, res, next) => {
    authenticated(tokens, req, { tokenClasses, isBlacklisted: (token) => tokens.isBlacklisted(token.claims) }).then(
      ({ user, token }) => {
        Object.assign(req, { user, auth: token.claims })
        next()
      },
      (error: unknown) => refuse(res, settings, error, {}, next),
    )
  }
}

interface Check {
  tokenClasses: TokenClass<Token>[]
  isBlacklisted(token: Token): Promise<boolean>
}

/**
 * The token in a request's header, and its user. Its blacklist is asked for at the database itself, unless said otherwise.
 * @throws Refusal, TokenError
 */
export async function authenticated(
  tokens: AuthenticatingService,
  req: IncomingMessage,
  { tokenClasses = ownClasses(tokens), isBlacklisted = (token) => token.isBlacklisted() }: Partial<Check> = {},
): Promise<{ token: Token; user: object }> {
  const { settings } = tokens
  const token = await acceptedToken({ tokenClasses, isBlacklisted }, bearerOf(settings, req))
  return { token, user: await userOfToken(settings, token.claims) }
}

function ownClasses({ settings, AccessToken, SlidingToken }: AuthenticatingService): TokenClass<Token>[] {
  const own = { access: AccessToken, sliding: SlidingToken }
  return settings.authTokenClasses.map((type) => own[type])
}

/** The token in the header. Its scheme may be in any case (RFC 9110 section 11.1). */
function bearerOf({ authHeaderName, authHeaderTypes }: Settings, { headers }: IncomingMessage): string {
  const header = headers[authHeaderName.toLowerCase()]
  const [scheme, ...parts] = (typeof header === 'string' ? header : '').split(/[ \t]+/).filter((part) => part !== '')
  if (scheme === undefined || !authHeaderTypes.some((type) => type.toLowerCase() === scheme.toLowerCase())) {
    throw new Refusal(401, { detail: 'Authentication credentials were not provided.' })
  }
  if (parts.length !== 1) {
    const detail = 'Authorization header must contain two space-delimited values'
    throw new Refusal(401, { detail, code: 'bad_authorization_header' })
  }
  return parts[0] as string
}

/**
 * The token as the first class that takes it.
 * @throws Refusal 401 that says why each of them did not
 */
async function acceptedToken({ tokenClasses, isBlacklisted }: Check, encoded: string): Promise<Token> {
  const messages: object[] = []
  for (const tokenClass of tokenClasses) {
    try {
      const token = await decodeAs(tokenClass, encoded)
      if (await isBlacklisted(token)) throw new TokenError('ERR_TOKEN_BLACKLISTED')
      return token
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      messages.push({ token_class: nameOf(tokenClass), token_type: tokenClass.tokenType, message: error.message })
    }
  }
  const detail = 'Given token not valid for any token type'
  throw new Refusal(401, { detail, code: 'token_not_valid', messages })
}

function nameOf(tokenClass: TokenClass<Token>): string {
  return (tokenClass as unknown as { name: string }).name
}
