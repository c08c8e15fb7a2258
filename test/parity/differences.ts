import type { Answer } from './conversation'

/**
 * The differences on purpose between this package and Simple JWT 5.5.1, as docs/from-simple-jwt.md lists them. Each takes Simple
 * JWT's answer to what ours must be.
 */
const DIFFERENCES: { applies: (name: string) => boolean; expected: (theirs: Answer) => Partial<Answer> }[] = [
  // A scheme is case-insensitive (RFC 9110 section 11.1).
  { applies: (name) => name === 'me lowercase scheme', expected: () => ({ status: 200, www: undefined, body: ME }) },
  // Python's message quotes its own parser; ours says no more than that.
  { applies: (name) => name.endsWith('malformed JSON'), expected: () => ({ body: { detail: 'JSON parse error' } }) },
]

const ME = { id: '1', username: 'alice' }

export function withDifferences(theirs: Answer): Answer {
  const { name } = theirs
  const changes = DIFFERENCES.filter(({ applies }) => applies(name)).map(({ expected }) => expected(theirs))
  return Object.assign({ ...theirs }, ...changes) as Answer
}
