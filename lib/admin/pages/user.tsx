import type { CappedCount } from '../../store/listing/types'
import type { Page } from '../answer'
import { queryText } from '../list-query'
import { PostForm } from '../parts/post-form'
import { tokensIn } from '../parts/text'
import type { Visit } from '../visit'

interface UserPageProps {
  userId: string
  name: string | undefined
  /** The user's active tokens and sessions. */
  active: CappedCount
}

/** The question before all tokens of a user are blacklisted. */
export function userPage(visit: Visit, { userId, name, active }: UserPageProps): Page {
  const body = (
    <section class="card">
      <p>
        This logs {name === undefined && 'the user id '}
        <strong>{name ?? userId}</strong>
        {name !== undefined && <> (user id {userId})</>} out everywhere: every session ends, and every token of the user that is
        recorded is refused from the next request on.
      </p>
      {tokensIn(active) && <p>Active right now: {tokensIn(active)}.</p>}
      <p>The user can log in again.</p>
      <PostForm visit={visit} to="/outstanding/user" class="buttons">
        <input type="hidden" name="id" value={userId} />
        <button type="submit" class="danger">
          Blacklist all
        </button>
        <a class="button" href={`${visit.base}/outstanding${queryText({ by: 'user', q: userId })}`}>
          Cancel
        </a>
      </PostForm>
    </section>
  )
  return { title: 'Blacklist all tokens of a user?', section: 'outstanding', body }
}
