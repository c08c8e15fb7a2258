/** A user as an app keeps it. */
export interface Member {
  id: string
  password: string
  isActive: boolean
  role?: string
}

/** Users that a test may change, and the options by which the routes and `authenticate()` know them. */
export function makeMembers() {
  const members: Record<string, Member> = {}
  for (const id of ['alice', 'bob']) members[id] = { id, password: `hash of ${id}'s`, isActive: true }
  return {
    members,
    findUser: async (id: string) => members[id],
    /** Whatever the password. */
    authenticate: async ({ username }: { username: string }) => members[username],
  }
}
