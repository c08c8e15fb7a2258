import type { Claims } from './claims'

/** A user of whom nothing is known but what the token says. Simple JWT's TOKEN_USER_CLASS. */
export class TokenUser {
  constructor(
    readonly claims: Claims,
    readonly id: string,
  ) {}
}

/** Simple JWT's default USER_AUTHENTICATION_RULE, for `isActive` as well as Django's `is_active`. */
export function isActive(user: object): boolean {
  const { isActive, is_active } = user as { isActive?: unknown; is_active?: unknown }
  return !isOff(isActive) && !isOff(is_active)
}

/** SQLite and MySQL keep booleans as 0 and 1. */
function isOff(flag: unknown): boolean {
  return flag === false || flag === 0
}
