import type { IncomingMessage, ServerResponse } from 'node:http'
import Tokens from 'csrf'
import { cookieValues } from '../cookie-values'
import { isFromOwnPage } from '../origin'
import { setCookie } from './cookie'
import { Problem } from './problem'

/** The name of the field that has the token in every form. */
export const CSRF_FIELD = 'csrf'

const COOKIE = 'passport_jwt_blacklist_csrf'
const SECRET = /^[\w-]{24}$/
const tokens = new Tokens()

/** A token for the forms of a page; it is good for the browser that has the secret in a cookie, which is set if need be. */
export function formToken(req: IncomingMessage, res: ServerResponse, base: string): string {
  const [known] = secretsOf(req)
  if (known !== undefined) return tokens.create(known)
  const secret = tokens.secretSync()
  setCookie(req, res, { name: COOKIE, value: secret, base })
  return tokens.create(secret)
}

/** @throws Problem 403 where another site's page made the request */
export function assertOwnPage({ headers }: IncomingMessage): void {
  if (!isFromOwnPage(headers)) throw refusal('The request came from a page that is not part of this admin.')
}

/** @throws Problem 403 where the form was not made for this browser, or long ago */
export function assertOwnForm(req: IncomingMessage, token: string): void {
  if (!secretsOf(req).some((secret) => tokens.verify(secret, token)))
    throw refusal('The form was too old, or not made for this browser.')
}

function secretsOf(req: IncomingMessage): string[] {
  return cookieValues(req, COOKIE).filter((value) => SECRET.test(value))
}

function refusal(why: string): Problem {
  return new Problem(403, 'Please try again', `${why} Nothing was changed. Go back to the page, load it anew and try again.`)
}
