import type { ListQuery } from '../list-query'

/** In place of a list without rows. */
export function Nothing({ query: { by, q }, elsewhere }: { query: ListQuery; elsewhere: boolean }) {
  return (
    <p class="empty">
      There is no such token{elsewhere && ' on this page'}.
      {by === 'user' && q !== '' && ' Users are found by their id, not by name.'}
    </p>
  )
}
