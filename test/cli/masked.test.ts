import { expect, test } from 'vitest'
import { masked } from '../../lib/cli/masked'

test.each([
  ['connect mysql://app:secret@db:3306/app failed', 'connect (a URL) failed'],
  ['"postgres://app:sec/ret@db/app"', '"(a URL)"'],
  ['bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln here', 'bad token (a token) here'],
  ['see https://example.com/help', 'see https://example.com/help'],
  ['no such table: outstanding_tokens', 'no such table: outstanding_tokens'],
])('%s is shown without what is secret', (text, shown) => {
  expect(masked(text)).toBe(shown)
})
