import type { Statements } from './database'
import { isNoSuchUser } from './failure'
import type { Store } from './store'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What MySQL would round or convert to an integer, and so to somebody else's id. */
const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const INTEGER = /^(0|-?[1-9]\d*)$/

/**
 * A user id as Django's tables hold it: a UUID as 32 hex digits, where the database has no type for it; PostgreSQL's takes both
 * forms.
 * @returns null for what can be none of theirs
 */
export function djangoId(userId: string): string | null {
  if (UUID.test(userId)) return userId.replaceAll('-', '')
  return NUMERIC.test(userId) && !INTEGER.test(userId) ? null : userId
}

/** A user id as the tables hold it: null for one that Django's column cannot hold, which is nobody's there. */
export function ownerOf({ djangoTables }: Store, userId: string): string | null {
  return djangoTables ? djangoId(userId) : userId
}

const HEX_UUID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** What `djangoId` undoes: the user as tokens name it. */
export function djangoUserOf(column: string): string {
  return column.replace(HEX_UUID, '$1-$2-$3-$4-$5')
}

/** What a search for a user gives; the value for none where the id is none of the column's type. */
export async function orNobodys<T>({ djangoTables }: Store, none: T, search: () => Promise<T>): Promise<T> {
  try {
    return await search()
  } catch (error) {
    if (djangoTables && isNoSuchUser(error)) return none
    throw error
  }
}

/**
 * Does what depends on Django knowing the user.
 * @returns undefined where Django does not; then nothing is done, and the transaction can go on
 */
export async function unlessNoSuchUser<T>(store: Store, statements: Statements, work: () => Promise<T>): Promise<T | undefined> {
  await statements.change('SAVEPOINT passport_jwt_blacklist')
  try {
    const result = await work()
    const { checkNow } = store.database.dialect
    if (checkNow) await statements.change(checkNow)
    return result
  } catch (error) {
    if (!isNoSuchUser(error)) throw error
    await statements.change('ROLLBACK TO SAVEPOINT passport_jwt_blacklist')
    return undefined
  }
}
