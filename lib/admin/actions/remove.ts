import { chainOf, isStorable } from '../../claims'
import type { ListedToken } from '../../store/listing/types'
import { type BlacklistedRow, unblacklist } from '../../store/unblacklist'
import { seeOther, sendPage } from '../answer'
import { namesOf } from '../names'
import { removePage } from '../pages/remove'
import { postedForm } from '../post'
import { Problem } from '../problem'
import type { Visit } from '../visit'

export async function askToRemove(visit: Visit): Promise<void> {
  const asked = checked(visit.query)
  const token = await find(visit, asked)
  const names = await namesOf(visit, [token.userId])
  sendPage(visit, removePage(visit, { token, id: asked.id, names }))
}

/** The form names the row as it was when the question was asked. */
export async function removeFromBlacklist(visit: Visit): Promise<void> {
  const row = checked(await postedForm(visit))
  const { store, announce } = visit.admin.tokens.RefreshToken.context
  const token = await find(visit, row).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error
  })
  const outcome = await unblacklist(store, row)
  if (outcome === 'done') {
    const { jti } = row
    const session = token?.kind === 'session' ? jti : chainOf(jti)
    announce('unblacklisted', { userId: token?.userId ?? null, sid: session ?? null, jti })
  }
  const removed = token?.kind === 'session' ? 'session-removed' : 'removed'
  seeOther(visit, '/blacklisted', { code: outcome === 'done' ? removed : outcome, count: 1 })
}

/** @throws Problem */
async function find({ admin: { tokens } }: Visit, { id, jti }: BlacklistedRow): Promise<ListedToken> {
  const { rows } = await tokens.listing.listBlacklisted({ jti, limit: 1 })
  const token = rows.find((row) => row.jti === jti && row.blacklistedId === id)
  if (!token) throw new Problem(404, 'Not on the blacklist', 'The row has changed, or was removed, since the page was made.')
  return token
}

/** @throws Problem */
function checked(fields: { get(name: string): string | null }): BlacklistedRow {
  const id = fields.get('id') ?? ''
  const jti = fields.get('jti')
  if (!/^\d{1,20}$/.test(id) || !isStorable(jti)) throw new Problem(400, 'Bad request', 'The address names no row.')
  return { id, jti }
}
