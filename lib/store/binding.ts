/** Binds a value to the statement. @returns its placeholder */
export type Bound = (value: string | number) => string

/** A statement's values, and what binds them. */
export function binding(): { bind: (string | number)[]; bound: Bound } {
  const bind: (string | number)[] = []
  return { bind, bound: (value) => `$${bind.push(value)}` }
}
