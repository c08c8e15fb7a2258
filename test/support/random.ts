import fc from 'fast-check'

/** A seed that the test's output shows; `TEST_SEED` repeats a run. */
export function seeded(): { seed: number } {
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 31)
  console.log(`seed: ${seed}`)
  return { seed }
}

/** Strings that any database can hold and tell from every other. */
export const storable = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => text.trim() === text && !/^\p{Cc}|\p{Cc}$|\0/u.test(text))
