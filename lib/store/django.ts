import type { Statements } from './database'
import { isNoSuchUser } from './failure'
import type { Store } from './store'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Django keeps a UUID as 32 hex digits, where the database has no type for it; PostgreSQL's takes both forms. */
export function djangoId(userId: string): string {
  return UUID.test(userId) ? userId.replaceAll('-', '') : userId
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
