import { isStorable } from '../../claims'
import { TokenError, type TokenErrorCode } from '../../errors'
import { seeOther, sendPage } from '../answer'
import { blacklistById } from '../blacklisting'
import type { FlashCode } from '../flash'
import type { Form } from '../form'
import { listQueryOf, searchesToken } from '../list-query'
import { listed } from '../listed'
import { namesOf } from '../names'
import { blacklistedPage } from '../pages/blacklisted'
import type { AddAttempt } from '../parts/add-forms'
import { isToken } from '../pasted'
import { postedForm } from '../post'
import { Problem } from '../problem'
import type { Visit } from '../visit'

export async function showBlacklisted(visit: Visit): Promise<void> {
  await show(visit, undefined)
}

/** By its id, or by the token itself, which is never shown again. */
export async function addToBlacklist(visit: Visit): Promise<void> {
  const form = await postedForm(visit)
  let code: FlashCode
  try {
    code = await add(visit, form)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const [jti, expires] = [form.get('jti'), form.get('expires')]
    // A token on a page would be one in a cache, a screenshot or a back button.
    return show(visit, { jti: isToken(jti) ? '' : jti, expires: isToken(expires) ? '' : expires, problem: error.message })
  }
  seeOther(visit, '/blacklisted', { code, count: 1 })
}

/** @throws Problem that says what is to be put right */
async function add({ admin: { tokens } }: Visit, form: Form): Promise<FlashCode> {
  // Copied from a terminal or a mail, it has line breaks.
  const encoded = form
    .get('token')
    .trim()
    .replace(/^Bearer\s+/i, '')
    .replaceAll(/\s+/g, '')
  const jti = form.get('jti').trim()
  if (encoded === '' && jti === '') throw bad('Give a token, or its id.')
  if (encoded !== '' && jti !== '') throw bad('Give a token, or an id, but not both.')
  if (encoded !== '') {
    await tokens.blacklist(encoded).catch(explainRefusal)
    return 'added'
  }
  if (isToken(jti)) throw bad('That is a whole token, not its id: paste it into the field for tokens.')
  if (!isStorable(jti)) throw bad('No token can have this id: an id has 1 to 255 characters.')
  const known = await blacklistById(tokens, jti, expiryOf(form.get('expires'), tokens.settings.clock()))
  return known ? 'added' : 'added-unknown'
}

/** What a `datetime-local` field holds, in UTC. */
function expiryOf(text: string, now: number): Date | undefined {
  if (text === '') return undefined
  const date = new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? `${text}Z` : Number.NaN)
  if (Number.isNaN(date.getTime())) throw bad('The moment of expiry must look like 2026-01-31T12:00.')
  if (date.getTime() <= now) throw bad('The moment of expiry is over: such a token is refused anyway.')
  return date
}

const REFUSALS: Partial<Record<TokenErrorCode, string>> = {
  ERR_TOKEN_EXPIRED: 'The token has expired, and is refused anyway.',
  ERR_TOKEN_NOT_ACTIVE: 'The token is not valid yet. Blacklist it by its id.',
  ERR_TOKEN_NO_EXP: 'The token has no expiry, and is refused anyway.',
  ERR_TOKEN_NO_JTI: 'The token has no id that could be blacklisted.',
}

function explainRefusal(error: unknown): never {
  if (!(error instanceof TokenError)) throw error
  throw bad(REFUSALS[error.code] ?? 'That is no token of this app: its signature, its issuer or its form is not as it must be.')
}

function bad(message: string): Problem {
  return new Problem(400, 'Not blacklisted', message)
}

async function show(visit: Visit, attempt: AddAttempt | undefined): Promise<void> {
  if (searchesToken(visit.query)) return seeOther(visit, '/blacklisted', { code: 'token-searched', count: 1 })
  const query = listQueryOf(visit.query)
  const list = await listed(visit, query, 'blacklisted')
  const users = list.page.rows.map(({ userId }) => userId)
  sendPage(visit, blacklistedPage(visit, { query, list, names: await namesOf(visit, users), attempt }))
}
