import { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { TokenBlacklistOptions } from '../../../lib'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { makeMembers } from '../../support/members'
import { PASSWORD, routeApp } from '../../support/route-apps'
import { countRows } from '../../support/rows'

const LOGIN = { username: 'alice', password: PASSWORD }
const REFUSED = { status: 401, body: { detail: 'No active account found with the given credentials' } }

describe.each(DIALECTS)('a login on %s', (dialect) => {
  const db = useDatabase(dialect)
  const both = async (options: Partial<TokenBlacklistOptions>, authenticate = makeMembers().authenticate, body = LOGIN) => {
    const { post, errors } = await routeApp(db.make(options), { authenticate })
    return { answers: [await post('/', body), await post('/sliding', body)], errors }
  }

  test('is for whom userAuthenticationRule allows', async () => {
    const asked: unknown[] = []
    const rule = (allowed: unknown) => async (user: object) => {
      asked.push(user)
      return allowed as boolean
    }
    for (const answer of (await both({ userAuthenticationRule: rule(false) })).answers) expect(answer).toMatchObject(REFUSED)
    for (const answer of (await both({ userAuthenticationRule: rule(true) })).answers) expect(answer.status).toBe(200)
    expect(asked).toEqual(Array(4).fill(makeMembers().members.alice))
  })

  test('is for active users by default, and for all without checkUserIsActive', async () => {
    const { members, authenticate } = makeMembers()
    Object.assign(members.alice as object, { isActive: false })
    for (const answer of (await both({}, authenticate)).answers) expect(answer).toMatchObject(REFUSED)
    for (const answer of (await both({ checkUserIsActive: false }, authenticate)).answers) expect(answer.status).toBe(200)
    const rule = { checkUserIsActive: false, userAuthenticationRule: () => false }
    for (const answer of (await both(rule, authenticate)).answers) expect(answer).toMatchObject(REFUSED)
  })

  test('is told to onLoginSuccess once there are tokens', async () => {
    const calls: unknown[][] = []
    const onLoginSuccess: TokenBlacklistOptions['onLoginSuccess'] = async (user, request) => {
      calls.push([user, request instanceof IncomingMessage, (await countRows(db.make())).outstanding])
    }
    const { outstanding } = await countRows(db.make())
    const { answers } = await both({ onLoginSuccess, onLoginFailed: () => expect.unreachable() })
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const { alice } = makeMembers().members
    expect(calls).toEqual([
      // A session and its refresh token; then a sliding token.
      [alice, true, outstanding + 2],
      [alice, true, outstanding + 3],
    ])
  })

  test('that failed is told to onLoginFailed, without the password', async () => {
    const calls: unknown[][] = []
    const options: Partial<TokenBlacklistOptions> = {
      onLoginSuccess: () => expect.unreachable(),
      onLoginFailed: async (...args) => void calls.push(args),
    }
    const { members, authenticate } = makeMembers()
    Object.assign(members.bob as object, { isActive: false })
    for (const username of ['nobody', 'bob']) {
      for (const answer of (await both(options, authenticate, { ...LOGIN, username })).answers)
        expect(answer).toMatchObject(REFUSED)
    }
    expect(calls.map(([credentials]) => credentials)).toEqual(
      ['nobody', 'nobody', 'bob', 'bob'].map((username) => ({ username })),
    )
    for (const [, request] of calls) expect(request).toBeInstanceOf(IncomingMessage)
  })

  test('is not told to anybody where the body was wrong', async () => {
    const options = { onLoginSuccess: () => expect.unreachable(), onLoginFailed: () => expect.unreachable() }
    const { answers, errors } = await both(options, undefined, { ...LOGIN, username: '' })
    expect(answers.map(({ status }) => status)).toEqual([400, 400])
    expect(errors).toEqual([])
  })

  test.each(['onLoginSuccess', 'onLoginFailed', 'userAuthenticationRule'] as const)(
    'goes to next where %s throws',
    async (name) => {
      const boom = new Error('the user table is gone')
      const username = name === 'onLoginFailed' ? 'nobody' : 'alice'
      const { answers, errors } = await both({ [name]: () => Promise.reject(boom) }, undefined, { ...LOGIN, username })
      for (const answer of answers) expect(answer).toMatchObject({ status: 500, body: 'error handler' })
      expect(errors).toEqual([boom, boom])
    },
  )
})
