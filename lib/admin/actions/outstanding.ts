import { isStorable } from '../../claims'
import { seeOther, sendPage } from '../answer'
import { blacklistKnown } from '../blacklisting'
import { listQueryOf, queryText, searchesToken } from '../list-query'
import { listed } from '../listed'
import { namesOf } from '../names'
import { outstandingPage } from '../pages/outstanding'
import { postedForm } from '../post'
import type { Visit } from '../visit'

export async function showOutstanding(visit: Visit): Promise<void> {
  if (searchesToken(visit.query)) return seeOther(visit, '/outstanding', { code: 'token-searched', count: 1 })
  const query = listQueryOf(visit.query)
  const list = await listed(visit, query, query.filter)
  const names = await namesOf(visit, userIdsOf(query, list.page.rows))
  sendPage(visit, outstandingPage(visit, { query, list, names }))
}

/** The tokens whose boxes are checked; or the one whose own button was pressed, whatever is checked. */
export async function blacklistChosen(visit: Visit): Promise<void> {
  const form = await postedForm(visit)
  const one = form.get('one')
  const chosen = [...new Set(one === '' ? form.all('jti') : [one])].filter(isStorable)
  let done = 0
  // One after the other: each is a transaction of its own, and two members of one chain would wait for each other.
  for (const jti of chosen) if (await blacklistKnown(visit.admin.tokens, jti)) done += 1
  const back = `/outstanding${queryText(listQueryOf(visit.query))}`
  if (chosen.length === 0) return seeOther(visit, back, { code: 'nothing', count: 0 })
  seeOther(visit, back, done > 0 ? { code: 'blacklisted', count: done } : { code: 'gone', count: chosen.length })
}

function userIdsOf({ by, q }: { by: string; q: string }, rows: { userId: string | null }[]): (string | null)[] {
  return [...rows.map(({ userId }) => userId), ...(by === 'user' && isStorable(q) ? [q] : [])]
}
