import ms from 'ms'

/** A moment, to the minute. */
export function When({ at }: { at: Date | null | undefined }) {
  if (!at) return <None />
  return <time datetime={at.toISOString()}>{at.toISOString().slice(0, 16).replace('T', ' ')}</time>
}

/** A dash, which a screen reader would pass over. */
export function None() {
  return (
    <span class="muted">
      <span aria-hidden="true">–</span>
      <span class="hidden">none</span>
    </span>
  )
}

/** @param seconds 0 or more */
export function spoken(seconds: number): string {
  return ms(Math.max(Math.round(seconds), 0) * 1000, { long: true })
}

export interface Counted {
  count: number
  /** There may be more: counting ended here. */
  capped: boolean
}

/** Undefined where what was counted ended before the first. */
export function tokensIn({ count, capped }: Counted): string | undefined {
  if (count === 0 && capped) return undefined
  return `${capped ? 'at least ' : ''}${count.toLocaleString('en')} ${count === 1 ? 'token' : 'tokens'}`
}

export function counted({ count, capped }: Counted): string {
  return count.toLocaleString('en') + (capped ? '+' : '')
}
