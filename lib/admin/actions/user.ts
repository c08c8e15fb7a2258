import { isStorable } from '../../claims'
import { seeOther, sendPage } from '../answer'
import { queryText } from '../list-query'
import { namesOf } from '../names'
import { userPage } from '../pages/user'
import { isToken } from '../pasted'
import { postedForm } from '../post'
import { Problem } from '../problem'
import type { Visit } from '../visit'

export async function askAboutUser(visit: Visit): Promise<void> {
  const userId = checked(visit.query.get('id'))
  const active = await visit.admin.tokens.listing.countOutstanding({ filter: 'active', userId })
  const names = await namesOf(visit, [userId])
  sendPage(visit, userPage(visit, { userId, active, name: names(userId) }))
}

export async function blacklistAllOfUser(visit: Visit): Promise<void> {
  const userId = checked((await postedForm(visit)).get('id'))
  const count = await visit.admin.tokens.blacklistUser(userId)
  seeOther(visit, `/outstanding${queryText({ by: 'user', q: userId })}`, {
    code: count > 0 ? 'user-blacklisted' : 'user-nothing',
    count,
  })
}

/** @throws Problem */
function checked(userId: string | null): string {
  if (!isStorable(userId) || isToken(userId)) throw new Problem(400, 'No such user', 'No token can be of a user with this id.')
  return userId
}
