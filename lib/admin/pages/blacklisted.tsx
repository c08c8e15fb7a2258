import { chainOf } from '../../claims'
import type { ListedToken } from '../../store/listing/types'
import type { Page } from '../answer'
import { type ListQuery, queryText } from '../list-query'
import type { List } from '../listed'
import type { Names } from '../names'
import { type AddAttempt, AddForms } from '../parts/add-forms'
import { Nothing } from '../parts/nothing'
import { Pager } from '../parts/pager'
import { Search } from '../parts/search'
import { tokensIn, When } from '../parts/text'
import { TokenCells } from '../parts/token-cells'
import type { Visit } from '../visit'

interface BlacklistedProps {
  query: ListQuery
  list: List
  names: Names
  attempt: AddAttempt | undefined
}

export function blacklistedPage(visit: Visit, { query, list, names, attempt }: BlacklistedProps): Page {
  const path = `${visit.base}/blacklisted`
  const { rows, next, previous } = list.page
  const body = (
    <>
      <p class="lead">
        What is refused, whatever it says itself: stolen tokens and sessions that were logged out, and refresh tokens that were
        exchanged for another one.
      </p>
      <AddForms visit={visit} attempt={attempt} />
      <h2>On the blacklist</h2>
      <Search action={path} query={query} />
      {rows.length === 0 ? (
        <Nothing query={query} elsewhere={Boolean(next || previous)} />
      ) : (
        <>
          <p class="muted">{tokensIn(list.count)}</p>
          <BlacklistedTable base={visit.base} rows={rows} names={names} />
        </>
      )}
      <Pager to={(cursor) => path + queryText({ ...query, cursor })} previous={previous} next={next} />
    </>
  )
  return { status: attempt ? 400 : 200, title: 'Blacklisted tokens', section: 'blacklisted', body }
}

function BlacklistedTable({ base, rows, names }: { base: string; rows: ListedToken[]; names: Names }) {
  return (
    <table class="list">
      <caption class="hidden">Blacklisted tokens</caption>
      <thead>
        <tr>
          <th scope="col">Token id (jti)</th>
          <th scope="col">User</th>
          <th scope="col">Created</th>
          <th scope="col">Expires</th>
          <th scope="col">Blacklisted</th>
          <th scope="col">
            <span class="hidden">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((token) => (
          <tr key={token.id}>
            <TokenCells base={base} token={token} names={names} />
            <td data-label="Blacklisted">
              <When at={token.blacklistedAt} />
            </td>
            <td class="action">
              <Removal base={base} token={token} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Removal({ base, token: { jti, status, sessionRevoked, blacklistedId } }: { base: string; token: ListedToken }) {
  if (status === 'rotated') return <span class="badge rotated">Exchanged</span>
  if (sessionRevoked) {
    return (
      <a href={`${base}/outstanding${queryText({ by: 'jti', q: chainOf(jti) ?? jti })}`} class="badge blacklisted">
        Session revoked
      </a>
    )
  }
  if (blacklistedId === null) return null
  return (
    <a class="button" href={`${base}/blacklisted/remove?${new URLSearchParams({ id: blacklistedId, jti })}`}>
      Remove…<span class="hidden"> {jti}</span>
    </a>
  )
}
