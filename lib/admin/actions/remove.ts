import { isStorable } from '../../claims'
import type { ListedToken } from '../../store/listing/types'
import type { BlacklistedRow, Unblacklisted } from '../../store/unblacklist'
import { seeOther, sendPage } from '../answer'
import type { FlashCode } from '../flash'
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
  const outcome = await visit.admin.tokens.unblacklist(checked(await postedForm(visit)))
  seeOther(visit, '/blacklisted', { code: codeOf(outcome), count: 1 })
}

function codeOf(outcome: Unblacklisted): FlashCode {
  if (outcome.is !== 'done') return outcome.is
  return outcome.isSession ? 'session-removed' : 'removed'
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
