import { type Claims, digestOf, holdsToken, isStorable, looksEncoded } from '../claims'
import { CliError } from './errors'

/** What is to be blacklisted: a token, by the claims in it, or a jti alone. */
export interface Subject {
  jti: string
  /** Undefined where only a jti was given. */
  claims?: Claims
  /** The token has no jti, and goes by its digest. */
  byDigest: boolean
}

/** @throws CliError that does not repeat the text, which may be a token */
export function subjectOf(text: string, jtiClaim: string): Subject {
  const given = text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '')
  if (!looksEncoded(given)) return { jti: storable(withoutToken(given)), byDigest: false }
  const claims = claimsIn(given)
  const jti = claims[jtiClaim]
  if (jti !== undefined) return { jti: storable(jti), claims, byDigest: false }
  const digest = digestOf(given)
  return { jti: digest, claims: { ...claims, [jtiClaim]: digest }, byDigest: true }
}

/** The subject on the command line, or, for `-`, on standard input. */
export async function readSubject(argument: string): Promise<string> {
  if (argument !== '-') return argument
  if (process.stdin.isTTY) console.error('Paste the token or jti, then press Enter and Ctrl-D:')
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') throw new CliError('ERR_CLI_USAGE', 'There was nothing on standard input.')
  return text
}

/** The payload, unverified: whoever may write to the database needs no signature. */
function claimsIn(encoded: string): Claims {
  const parts = encoded.split('.')
  const [header, payload] = parts.map((part) => parsed(part))
  if (parts.length === 3 && header && payload) return payload
  throw unreadable()
}

/** @throws CliError where a token is in the text of an id: that would blacklist nothing, and keep and show the token */
export function withoutToken(text: string): string {
  if (holdsToken(text)) throw unreadable()
  return text
}

function unreadable(): CliError {
  return new CliError(
    'ERR_CLI_BAD_TOKEN',
    'This looks like a token, but it cannot be read as one. Copy it whole, with nothing around it: three parts with two dots between them.',
  )
}

function parsed(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}

function storable(jti: unknown): string {
  if (isStorable(jti)) return jti
  throw new CliError('ERR_CLI_USAGE', 'A jti is a string of 1 to 255 characters, without white space around it.')
}
