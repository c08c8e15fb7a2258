interface PagerProps {
  /** Makes the address of the page at a cursor. */
  to: (cursor: string) => string
  previous: string | null | undefined
  next: string | null | undefined
}

export function Pager({ to, previous, next }: PagerProps) {
  if (!previous && !next) return null
  return (
    <nav class="pager" aria-label="Pages">
      {previous && (
        <a class="button" rel="prev" href={to(previous)}>
          Previous page
        </a>
      )}
      {next && (
        <a class="button" rel="next" href={to(next)}>
          Next page
        </a>
      )}
    </nav>
  )
}
