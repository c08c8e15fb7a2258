import { describe, test } from 'vitest'

/** `describe.each`; where there is nothing to describe, a suite that is skipped: a file without any is a mistake to Vitest. */
export const describeEach = ((cases: readonly unknown[]) =>
  cases.length > 0
    ? describe.each(cases)
    : (name: string) => describe.skip(name, () => void test.todo('needs a server'))) as typeof describe.each
