import type { Visit } from './visit'

/** A user's name; undefined where the app knows none. */
export type Names = (userId: string | null) => string | undefined

/** Asks the app for the names of a page's users, all at once. Its failure costs no more than the names. */
export async function namesOf({ admin }: Visit, userIds: (string | null)[]): Promise<Names> {
  const { options, tokens } = admin
  const ids = [...new Set(userIds.filter((id) => id !== null))]
  if (!options.describeUser || ids.length === 0) return () => undefined
  const { checkTimeout, logger } = tokens.settings
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than checkTimeout, ${checkTimeout} s`)), checkTimeout * 1000)
  })
  try {
    return lookup(await Promise.race([options.describeUser(ids), late]))
  } catch (error) {
    logger.error('passport-jwt-blacklist: describeUser failed', error)
    return () => undefined
  } finally {
    clearTimeout(timer)
  }
}

function lookup(names: unknown): Names {
  const known = new Map<unknown, unknown>(names instanceof Map ? names : Object.entries(names ?? {}))
  return (userId) => {
    const name = known.get(userId)
    return typeof name === 'string' && name !== '' ? name : undefined
  }
}
