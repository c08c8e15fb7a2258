import jwt from 'jsonwebtoken'

/** An answer in the form of the recording: JWTs shown as their sorted claim names. */
export interface Answer {
  name: string
  status: number
  www: string | undefined
  allow: string | undefined
  type: string | undefined
  body: unknown
}

export interface Ask {
  method?: string
  /** A value to send as JSON. */
  json?: unknown
  /** A body to send as it is. */
  raw?: string
  type?: string
  /** The whole Authorization header. */
  authorization?: string
}

/** Sends one request, and answers with what came: for the comparison, and with the tokens in it. */
export async function send(base: string, name: string, path: string, request: Ask): Promise<{ answer: Answer; body: unknown }> {
  const { method = 'POST', json, raw, type, authorization } = request
  const text = json === undefined ? raw : JSON.stringify(json)
  const headers = {
    ...(text !== undefined && { 'content-type': type ?? 'application/json' }),
    ...(authorization !== undefined && { authorization }),
  }
  const response = await fetch(base + path, { method, headers, ...(text !== undefined && { body: text }) })
  const received = await response.text()
  const body = isJson(received) ? (JSON.parse(received) as unknown) : received.slice(0, 80)
  const header = (wanted: string) => response.headers.get(wanted) ?? undefined
  const contentType = header('content-type')?.split(';')[0]
  const answer = {
    name,
    status: response.status,
    www: header('www-authenticate'),
    allow: header('allow'),
    type: contentType,
    body: masked(body),
  }
  return { answer, body }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** `JWT:exp,iat,…` in the place of each token, as in the recording. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') {
    const claims = jwt.decode(value)
    return typeof claims === 'object' && claims !== null ? `JWT:${Object.keys(claims).sort().join(',')}` : value
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]))
}
