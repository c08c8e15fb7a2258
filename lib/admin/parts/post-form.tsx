import type { ComponentChildren } from 'preact'
import { CSRF_FIELD } from '../csrf'
import type { Visit } from '../visit'

interface PostFormProps {
  visit: Visit
  /** A path of the admin's. */
  to: string
  class?: string
  children: ComponentChildren
}

/** A form that changes something. */
export function PostForm({ visit: { base, csrf }, to, class: className, children }: PostFormProps) {
  return (
    <form method="post" action={base + to} class={className}>
      <input type="hidden" name={CSRF_FIELD} value={csrf} />
      {children}
    </form>
  )
}
