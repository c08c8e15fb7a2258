import type { ListQuery } from '../list-query'

/** The search of a list, by jti or by user. */
export function Search({ action, query }: { action: string; query: ListQuery }) {
  return (
    <search>
      <form method="get" action={action} class="search">
        {query.filter !== 'all' && <input type="hidden" name="filter" value={query.filter} />}
        <label>
          Find by
          <select name="by">
            <option value="jti" selected={query.by === 'jti'}>
              Token id (jti)
            </option>
            <option value="user" selected={query.by === 'user'}>
              User id
            </option>
          </select>
        </label>
        <label class="grow">
          Id, in full
          <input type="search" name="q" value={query.q} maxlength={255} autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit">Search</button>
        {query.q !== '' && <a href={action}>Show all</a>}
      </form>
    </search>
  )
}
