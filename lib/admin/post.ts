import { assertOwnForm, CSRF_FIELD } from './csrf'
import { type Form, formOf } from './form'
import type { Visit } from './visit'

/**
 * The fields of a form of the admin's own.
 * @throws Problem
 */
export async function postedForm({ req, res }: Visit): Promise<Form> {
  const form = await formOf(req, res)
  assertOwnForm(req, form.get(CSRF_FIELD))
  return form
}
