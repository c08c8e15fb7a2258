import type { IncomingMessage, ServerResponse } from 'node:http'
import type { UserSettings } from '../options'
import { Refusal } from './answer'
import { fieldsOf } from './body'

type MaybePromise<T> = T | Promise<T>

/**
 * Says whose credentials these are.
 * @returns the user, or null, undefined or false where nobody's; what it throws goes to `next`
 */
export type Authenticate = (
  credentials: { username: string; password: string },
  request: IncomingMessage,
) => MaybePromise<object | null | undefined | false>

type LoginSettings = Pick<UserSettings, 'userAuthenticationRule' | 'onLoginFailed'>

/**
 * The user who logs in with the request's credentials.
 * @throws Refusal 401 where there is none, or it may not log in
 */
export async function login(
  settings: LoginSettings,
  authenticate: Authenticate,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<object> {
  const credentials = await fieldsOf(req, res, ['username', 'password'])
  const user = await authenticate(credentials, req)
  if (user && (await settings.userAuthenticationRule(user))) return user
  await settings.onLoginFailed?.({ username: credentials.username }, req)
  throw new Refusal(401, { detail: 'No active account found with the given credentials' })
}
