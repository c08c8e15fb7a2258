import type { ListedToken } from '../../store/listing/types'
import type { Page } from '../answer'
import type { Names } from '../names'
import { PostForm } from '../parts/post-form'
import { When } from '../parts/text'
import { User } from '../parts/user'
import type { Visit } from '../visit'

/** The question before a token is taken off the blacklist. */
export function removePage(visit: Visit, { token, id, names }: { token: ListedToken; id: string; names: Names }): Page {
  const { jti, kind, userId, expiresAt, blacklistedAt } = token
  const body = (
    <section class="card">
      <dl>
        <dt>{kind === 'session' ? 'Session' : 'Token id (jti)'}</dt>
        <dd>
          <code>{jti}</code>
        </dd>
        <dt>User</dt>
        <dd>
          <User base={visit.base} userId={userId} names={names} />
        </dd>
        <dt>Expires</dt>
        <dd>
          <When at={expiresAt} />
        </dd>
        <dt>Blacklisted</dt>
        <dd>
          <When at={blacklistedAt} />
        </dd>
      </dl>
      <p>
        {kind === 'session'
          ? 'The session’s tokens are accepted again, and it can be refreshed again, but for tokens that are on the blacklist themselves.'
          : 'The token is accepted again until it expires, unless its session is over.'}{' '}
        If it was stolen, so is the thief.
      </p>
      <PostForm visit={visit} to="/blacklisted/remove" class="buttons">
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="jti" value={jti} />
        <button type="submit" class="danger">
          Remove from the blacklist
        </button>
        <a class="button" href={`${visit.base}/blacklisted`}>
          Cancel
        </a>
      </PostForm>
    </section>
  )
  return { title: 'Remove from the blacklist?', section: 'blacklisted', body }
}
