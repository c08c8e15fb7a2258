import { queryText } from '../list-query'
import type { Names } from '../names'
import { None } from './text'

interface UserProps {
  base: string
  userId: string | null
  names: Names
}

/** A user's name, or id, which leads to the user's tokens. */
export function User({ base, userId, names }: UserProps) {
  if (userId === null) return <None />
  const name = names(userId)
  return (
    <a class="user" href={`${base}/outstanding${queryText({ by: 'user', q: userId })}`}>
      {name ?? userId}
      {name !== undefined && name !== userId && <span class="muted"> {userId}</span>}
    </a>
  )
}
