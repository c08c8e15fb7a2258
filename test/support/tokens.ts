import type { TokenBlacklist } from '../../lib'

/** Whether each of these tokens is accepted. */
export function accepted(tokens: TokenBlacklist, ...encoded: string[]): Promise<boolean[]> {
  return Promise.all(
    encoded.map((token) =>
      tokens.verify(token).then(
        () => true,
        (error: { code?: string }) => {
          if (error.code === 'ERR_TOKEN_BLACKLISTED') return false
          throw error
        },
      ),
    ),
  )
}

/** A login, and one refresh: the pair that was, and the one that is. */
export async function refreshedPair(tokens: TokenBlacklist, id: string) {
  const old = await tokens.obtainPair({ id })
  const now = (await tokens.refresh(old.refresh)) as { access: string; refresh: string }
  return { old, now, all: [old.access, now.access, old.refresh, now.refresh] }
}
