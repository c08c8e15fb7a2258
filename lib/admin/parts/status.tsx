import type { ListedToken } from '../../store/listing/types'

export function Status({ token: { status, blacklistedId } }: { token: ListedToken }) {
  if (status === 'blacklisted' && blacklistedId === null) return <span class="badge blacklisted">Session revoked</span>
  const [className, name] = NAMES[status]
  return <span class={`badge ${className}`}>{name}</span>
}

const NAMES: Record<ListedToken['status'], [className: string, name: string]> = {
  active: ['active', 'Active'],
  expired: ['expired', 'Expired'],
  rotated: ['rotated', 'Exchanged'],
  blacklisted: ['blacklisted', 'Blacklisted'],
}

/** What kind of token it is, as far as its id tells. */
export function Kind({ kind }: Pick<ListedToken, 'kind'>) {
  return kind === 'other' ? null : <span class="kind">{kind === 'session' ? 'Session' : 'Refresh token'}</span>
}
