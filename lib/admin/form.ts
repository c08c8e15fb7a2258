import type { IncomingMessage, ServerResponse } from 'node:http'
import { urlencoded } from 'body-parser'
import { Problem } from './problem'

/** A form's fields, of which each may be there several times. */
export interface Form {
  /** The first value; empty where there is none. */
  get(name: string): string
  all(name: string): string[]
}

/** A page of the longest ids there are fits. */
const parse = urlencoded({ extended: false, limit: '256kb', parameterLimit: 500 })

/** @throws Problem 400, 413 or 415 */
export async function formOf(req: IncomingMessage & { body?: unknown }, res: ServerResponse): Promise<Form> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(req.headers['content-type'] ?? '')) throw problemOf(415)
  await new Promise<void>((resolve, reject) => {
    parse(req, res, (error?: unknown) => (error ? reject(problemOf((error as { status?: number }).status)) : resolve()))
  })
  const { body } = req
  if (typeof body !== 'object' || body === null) throw problemOf(400)
  const fields = body as Record<string, unknown>
  const all = (name: string) => (Object.hasOwn(fields, name) ? textsIn(fields[name]) : [])
  return { all, get: (name) => all(name)[0] ?? '' }
}

/** The app's own parser may have read the form, and makes lists of its own kind. */
function textsIn(value: unknown): string[] {
  const values = typeof value === 'object' && value !== null ? Object.values(value) : [value]
  return values.filter((text) => typeof text === 'string')
}

function problemOf(status: number | undefined): Problem {
  if (status === 413) return new Problem(413, 'Too much at once', 'The form is larger than any that this admin makes.')
  if (status === 415) return new Problem(415, 'Not a form', 'This admin takes the forms on its own pages alone.')
  return new Problem(400, 'Bad request', 'The form could not be read.')
}
