import type { IncomingMessage, ServerResponse } from 'node:http'
import { json, urlencoded } from 'body-parser'
import { Refusal } from './answer'

/** A request whose body may be parsed already, by the app's own `express.json()`. */
type Parsed = IncomingMessage & { body?: unknown }

/** A pair of credentials or a token needs less; not strict, so that a body that is no object gets its own answer. */
const limit = '64kb'
const parseJson = json({ limit, strict: false })
const parseForm = urlencoded({ limit, extended: false })

/**
 * The fields of a JSON or form body, which must be strings.
 * @throws Refusal 400, 413 or 415, with the texts of Django REST framework
 */
export async function fieldsOf<Name extends string>(
  req: Parsed,
  res: ServerResponse,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const body = await bodyOf(req, res)
  const errors: Partial<Record<Name, [string]>> = {}
  const fields: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined
    const error = errorOf(value)
    if (error) errors[name] = [error]
    else fields[name] = name === 'password' ? String(value) : String(value).trim()
  }
  if (Object.keys(errors).length > 0) throw new Refusal(400, errors)
  return fields as Record<Name, string>
}

/**
 * A field that is true or false; false where it is not there.
 * @throws Refusal as `fieldsOf`
 */
export async function flagOf(req: Parsed, res: ServerResponse, name: string): Promise<boolean> {
  const body = await bodyOf(req, res)
  const value = Object.hasOwn(body, name) ? body[name] : false
  if (typeof value === 'boolean') return value
  throw new Refusal(400, { [name]: ['Must be a valid boolean.'] })
}

/**
 * The body, an object; empty where there is none.
 * @throws Refusal as `fieldsOf`
 */
export async function bodyOf(req: Parsed, res: ServerResponse): Promise<Record<string, unknown>> {
  await parseBody(req, res)
  if (hasBody(req) && isUnparsed(req)) throw unsupported(req)
  return req.body === undefined ? {} : dictionary(req.body)
}

/** @throws Refusal 415 for a form, which another site's page could post without asking */
export function assertJson(req: IncomingMessage): void {
  if (hasBody(req) && !isJson(req)) throw unsupported(req)
}

async function parseBody(req: Parsed, res: ServerResponse): Promise<void> {
  await parsed(parseJson, req, res)
  const { body } = req
  await parsed(parseForm, req, res)
  if (req.body !== body) req.body = lastValues(req.body as Record<string, string | string[]>)
}

function parsed(parser: typeof parseJson, req: Parsed, res: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    // The parser's own message quotes the body, which may hold a password.
    parser(req, res, (error?: unknown) => (error ? reject(parseRefusal(req, error as { status?: number })) : resolve()))
  })
}

/** Of a form's field that is there twice, the last counts, as in Django. */
function lastValues(form: Record<string, string | string[]>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]))
}

function parseRefusal(req: IncomingMessage, { status }: { status?: number }): Refusal {
  if (status === 413) return new Refusal(413, { detail: 'Request body is too large' })
  if (status === 415) return unsupported(req)
  return new Refusal(400, { detail: 'JSON parse error' })
}

function unsupported(req: IncomingMessage): Refusal {
  return new Refusal(415, { detail: `Unsupported media type "${mediaType(req)}" in request.` })
}

function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')
}

/** Express 4's `express.json()` leaves `{}` of a body that it does not parse. */
function isUnparsed(req: Parsed): boolean {
  const { body } = req
  if (body === undefined) return true
  const isEmpty = typeof body === 'object' && body !== null && Object.keys(body).length === 0
  return isEmpty && !isJson(req)
}

function dictionary(body: unknown): Record<string, unknown> {
  if (body === null) throw new Refusal(400, { non_field_errors: ['No data provided'] })
  if (typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>
  throw new Refusal(400, { non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonType(body)}.`] })
}

/** A number is taken for its digits, as there. */
function errorOf(value: unknown): string | undefined {
  if (value === undefined) return 'This field is required.'
  if (value === null) return 'This field may not be null.'
  if (typeof value === 'number') return undefined
  if (typeof value !== 'string') return 'Not a valid string.'
  if (value.trim() === '') return 'This field may not be blank.'
  if (value.includes('\0')) return 'Null characters are not allowed.'
  if (!value.isWellFormed()) return 'Surrogate characters are not allowed.'
  return undefined
}

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  return Number.isInteger(value) ? 'int' : 'float'
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** What the client called it, but only what a media type may be made of. */
function mediaType({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').replaceAll(/[^\w!#$&^.+/; =-]/g, '')
}
