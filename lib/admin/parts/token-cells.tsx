import type { ListedToken } from '../../store/listing/types'
import type { Names } from '../names'
import { Kind } from './status'
import { When } from './text'
import { User } from './user'

/** What both lists say of a token. */
export function TokenCells({ base, token, names }: { base: string; token: ListedToken; names: Names }) {
  return (
    <>
      <th scope="row">
        <code>{token.jti}</code> <Kind kind={token.kind} />
      </th>
      <td data-label="User">
        <User base={base} userId={token.userId} names={names} />
      </td>
      <td data-label="Created">
        <When at={token.createdAt} />
      </td>
      <td data-label="Expires">
        <When at={token.expiresAt} />
      </td>
    </>
  )
}
