import { type Claims, chainOf, isNumericDate, sidOf } from '../claims'
import { TokenError } from '../errors'
import type { ListedToken, TokenKind } from '../store/listing/types'
import type { TokenBlacklist } from '../token-blacklist'
import type { Subject } from './subject'
import { argument, dated, lasting, visible } from './words'

/** What was blacklisted; the answer with `--json`. */
export interface Revoked {
  jti: string
  userId: string | null
  kind: TokenKind
  expiresAt: Date | null
  /** Whether it was recorded as outstanding before. */
  recorded: boolean
  /** Whether it was blacklisted before. */
  already: boolean
  /** The session that is over now. */
  session: string | null
  warnings: string[]
}

interface Lifetimes {
  /** When a token expires that does not say it itself. */
  expires: Date | undefined
  /** How long a token lives at the longest, in seconds. */
  longest: number
}

export async function revoke(tokens: TokenBlacklist, subject: Subject, lifetimes: Lifetimes): Promise<Revoked> {
  const { jti } = subject
  const before = await find(tokens, jti)
  const assumed = await blacklist(tokens, subject, lifetimes)
  const after = await find(tokens, jti)
  const session = sessionOf(subject, after)
  return {
    jti,
    userId: after?.userId ?? null,
    kind: subject.claims?.token_type === 'refresh' ? 'refresh' : (after?.kind ?? 'other'),
    expiresAt: after?.expiresAt ?? null,
    recorded: before !== undefined,
    already: before !== undefined && isOver(before),
    session,
    warnings: warningsOf(subject, { before, session, assumed }),
  }
}

export function sentencesOf({ jti, userId, kind, already, session }: Revoked): string[] {
  const [what, rest] =
    kind === 'session' ? ['session', ''] : [kind === 'refresh' ? 'refresh token' : 'token', sessionSentence(session)]
  const whose = userId === null ? '' : ` of user ${visible(userId)}`
  return [`${already ? 'Already blacklisted' : 'Blacklisted'}: the ${what} ${visible(jti)}${whose}.${rest}`]
}

function sessionSentence(session: string | null): string {
  return session === null ? '' : ` Its session ${visible(session)} is over.`
}

/** @returns the expiry that was assumed, where nobody knows it */
async function blacklist(
  tokens: TokenBlacklist,
  { jti, claims: said }: Subject,
  { expires, longest }: Lifetimes,
): Promise<Date | undefined> {
  const claims: Claims = { ...said, [tokens.settings.jtiClaim]: jti }
  const known = [claims.exp, expires && expires.getTime() / 1000].filter(isNumericDate)
  // Not the past: a row that has just been made has not been waiting for its flush.
  if (known.length > 0) await tokens.blacklist({ ...claims, exp: Math.max(...known, Date.now() / 1000) })
  // The claims may name a session, which ends as well; a jti that is recorded needs nothing but its row.
  else if (said || !(await isKnown(tokens, claims))) {
    const assumed = new Date(Date.now() + longest * 1000)
    await tokens.blacklist({ ...claims, exp: assumed.getTime() / 1000 })
    return assumed
  }
  return undefined
}

/** Blacklists it, if it is recorded, or its session is. */
async function isKnown(tokens: TokenBlacklist, claims: Claims): Promise<boolean> {
  try {
    await tokens.blacklist(claims)
    return true
  } catch (error) {
    if (error instanceof TokenError && error.code === 'ERR_TOKEN_NO_EXP') return false
    throw error
  }
}

async function find({ listing }: TokenBlacklist, jti: string): Promise<ListedToken | undefined> {
  return (await listing.listOutstanding({ filter: 'all', jti, limit: 1 })).rows[0]
}

/** A rotated token is blacklisted too, but its session may go on. */
function isOver({ status, sessionRevoked }: ListedToken): boolean {
  return status === 'blacklisted' || (status === 'rotated' && sessionRevoked)
}

function sessionOf({ jti, claims }: Subject, row: ListedToken | undefined): string | null {
  if (row?.kind === 'session') return jti
  const sid = claims?.token_type === 'refresh' ? sidOf(claims) : null
  if (sid !== null) return sid
  return row && !row.sessionRevoked ? null : (chainOf(jti) ?? null)
}

function warningsOf(
  { claims, byDigest }: Subject,
  { before, session, assumed }: { before: ListedToken | undefined; session: string | null; assumed: Date | undefined },
): string[] {
  const warnings: string[] = []
  if (byDigest) {
    warnings.push(
      "The token has no jti, so it goes by its digest: a strategy with jti: 'digest' refuses it, and nothing else. If another claim " +
        'identifies the tokens, give --jti-claim.',
    )
  }
  const goesOn = claims && session === null ? sidOf(claims) : null
  if (goesOn !== null) {
    warnings.push(`It ends alone: its session goes on, and can get another. To end that: blacklist ${argument(goesOn)}`)
  }
  if (claims && isNumericDate(claims.exp) && claims.exp * 1000 < Date.now()) {
    warnings.push(`By itself it expired on ${dated(new Date(claims.exp * 1000))}.`)
  }
  if (!claims && !before && session === null) {
    warnings.push('Nothing was recorded of this jti. If it is mistyped, the token that you mean is not blacklisted.')
  }
  if (assumed) {
    warnings.push(
      `Nobody knows when it expires. It is blacklisted until ${dated(assumed)}, for ${lasting((assumed.getTime() - Date.now()) / 1000)}: so ` +
        'long do tokens live here at the longest, by what is recorded. If it lives longer, repeat this with --expires.',
    )
  }
  return warnings
}
