/** Binds a value to the statement. @returns its placeholder */
export type Bound = (value: string) => string

/** A condition of a statement, as SQL. */
export type Condition = (bound: Bound) => string

/** A statement's values, and what binds them. */
export function binding(): { bind: string[]; bound: Bound } {
  const bind: string[] = []
  return { bind, bound: (value) => `$${bind.push(value)}` }
}

export function allOf(conditions: Condition[], bound: Bound): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map((condition) => condition(bound)).join(' AND ')}`
}
