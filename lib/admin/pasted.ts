import { holdsToken } from '../claims'

/** Whether staff pasted a token, or what a field's `maxlength` left of one, where an id belongs. */
export function isToken(text: string): boolean {
  return holdsToken(text.trim())
}
