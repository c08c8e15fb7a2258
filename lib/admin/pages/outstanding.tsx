import type { ListedToken } from '../../store/listing/types'
import type { Page } from '../answer'
import { FILTERS, type Filter, type ListQuery, queryText } from '../list-query'
import type { List } from '../listed'
import type { Names } from '../names'
import { Nothing } from '../parts/nothing'
import { Pager } from '../parts/pager'
import { PostForm } from '../parts/post-form'
import { Search } from '../parts/search'
import { Status } from '../parts/status'
import { tokensIn } from '../parts/text'
import { TokenCells } from '../parts/token-cells'
import type { Visit } from '../visit'

interface OutstandingProps {
  query: ListQuery
  list: List
  names: Names
}

const FILTER_NAMES: Record<Filter, string> = {
  all: 'All',
  active: 'Active',
  expired: 'Expired',
  blacklisted: 'Blacklisted',
  sessions: 'Sessions',
}

/** With more rows than this, the keyboard has a long way back to the button above them. */
const SHORT = 10

export function outstandingPage(visit: Visit, { query, list, names }: OutstandingProps): Page {
  const path = `${visit.base}/outstanding`
  const { rows, next, previous } = list.page
  const body = (
    <>
      <p class="lead">
        The tokens and sessions that were issued and recorded. A session is one login: to blacklist it, or any of its refresh
        tokens, logs that login out at once. A refresh token that was exchanged has been followed by another one.
      </p>
      <Search action={path} query={query} />
      <nav class="filters" aria-label="Filter">
        <ul>
          {FILTERS.map((filter) => (
            <li key={filter}>
              <a
                href={path + queryText({ ...query, filter, cursor: undefined })}
                aria-current={filter === query.filter ? 'true' : undefined}
              >
                {FILTER_NAMES[filter]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {query.by === 'user' && query.q !== '' && <AllOfUser visit={visit} userId={query.q} names={names} />}
      {rows.length === 0 ? (
        <Nothing query={query} elsewhere={Boolean(next || previous)} />
      ) : (
        <PostForm visit={visit} to={`/outstanding/blacklist${queryText(query)}`}>
          {/* The first button of a form is the one that Enter presses. */}
          <div class="toolbar">
            <BlacklistSelected />
            <p class="muted">{tokensIn(list.count)}</p>
          </div>
          <TokenTable visit={visit} rows={rows} names={names} />
          {rows.length > SHORT && <BlacklistSelected />}
        </PostForm>
      )}
      <Pager to={(cursor) => path + queryText({ ...query, cursor })} previous={previous} next={next} />
    </>
  )
  return { title: 'Outstanding tokens', section: 'outstanding', body }
}

function BlacklistSelected() {
  return (
    <button type="submit" class="danger">
      Blacklist selected
    </button>
  )
}

function AllOfUser({ visit: { base }, userId, names }: { visit: Visit; userId: string; names: Names }) {
  return (
    <p class="notice">
      <span>
        Tokens of {names(userId) === undefined && 'the user id '}
        <strong>{names(userId) ?? userId}</strong>
      </span>
      <a class="button danger" href={`${base}/outstanding/user?${new URLSearchParams({ id: userId })}`}>
        Blacklist all of this user…
      </a>
    </p>
  )
}

function TokenTable({ visit, rows, names }: { visit: Visit; rows: ListedToken[]; names: Names }) {
  return (
    <table class="list">
      <caption class="hidden">Outstanding tokens</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">Selected</span>
          </th>
          <th scope="col">Token id (jti)</th>
          <th scope="col">User</th>
          <th scope="col">Created</th>
          <th scope="col">Expires</th>
          <th scope="col">Status</th>
          <th scope="col">
            <span class="hidden">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((token) => (
          <TokenRow key={token.id} visit={visit} token={token} names={names} />
        ))}
      </tbody>
    </table>
  )
}

function TokenRow({ visit, token, names }: { visit: Visit; token: ListedToken; names: Names }) {
  const { jti } = token
  const open = canBeBlacklisted(token)
  return (
    <tr>
      <td class="select">{open && <input type="checkbox" name="jti" value={jti} aria-label={`Select ${jti}`} />}</td>
      <TokenCells base={visit.base} token={token} names={names} />
      <td data-label="Status">
        <Status token={token} />
      </td>
      <td class="action">
        {open && (
          <button type="submit" name="one" value={jti}>
            Blacklist<span class="hidden"> {jti}</span>
          </button>
        )}
      </td>
    </tr>
  )
}

/** A rotated token can be, which ends its session. */
function canBeBlacklisted({ status, sessionRevoked }: ListedToken): boolean {
  return status === 'active' || status === 'expired' || (status === 'rotated' && !sessionRevoked)
}
