import type { Answer } from './send'

const ME = { id: '1', username: 'alice' }
export const NO_ACCOUNT = {
  status: 401,
  www: 'Bearer realm="api"',
  body: { detail: 'No active account found for the given token.' },
}

/**
 * The differences on purpose between this package and Simple JWT 5.5.1, as docs/from-simple-jwt.md lists them: what ours must be
 * instead of Simple JWT's answer.
 */
const DIFFERENCES: { applies: (name: string) => boolean; expected: Partial<Answer> }[] = [
  // A scheme is case-insensitive (RFC 9110 section 11.1).
  { applies: (name) => name === 'me lowercase scheme', expected: { status: 200, www: undefined, body: ME } },
  // Python's message quotes its own parser; ours says no more than that.
  { applies: (name) => name.endsWith('malformed JSON'), expected: { body: { detail: 'JSON parse error' } } },
  // 500 there.
  { applies: (name) => name === '/refresh/ unknown user', expected: NO_ACCOUNT },
  // Not asked there.
  { applies: (name) => /^\/sliding\/refresh\/ (unknown|inactive) user$/.test(name), expected: NO_ACCOUNT },
]

export function withDifferences(theirs: Answer): Answer {
  const { name } = theirs
  const changes = DIFFERENCES.filter(({ applies }) => applies(name)).map(({ expected }) => expected)
  return Object.assign({ ...theirs }, ...changes) as Answer
}
