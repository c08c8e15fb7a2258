import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/databases'
import { hasDjango, manage, migrateDjango, type RunningServer, startExample } from './servers'

/** The settings under which the example knows Django's users. */
const SETTINGS = [{ CHECK_REVOKE: '1' }, { CHECK_REVOKE: '0' }]

describe.runIf(hasDjango("Django's users in Node")).each(SETTINGS)("Django's users (%j)", (settings) => {
  let database: TestDatabase
  let node: RunningServer
  beforeAll(async () => {
    database = await createDatabase('mysql')
    migrateDjango(database.url)
    node = await startExample(database.url, { ...settings, TABLES: 'django' })
  })
  afterAll(async () => {
    await node?.stop()
    await database?.drop()
  })

  const shell = (line: string) =>
    manage(database.url, ['shell', '-c', `from django.contrib.auth.models import User; alice = User.objects.get(pk=1); ${line}`])
  const logIn = async (password: string, username = 'alice') => {
    const body = JSON.stringify({ username, password })
    const response = await fetch(`${node.base}/api/token/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }
  const me = async (access: string | undefined) => {
    const response = await fetch(`${node.base}/me/`, { headers: { authorization: `Bearer ${access}` } })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }

  test('log in with the hashes that Django made, of any number of iterations', async () => {
    shell(
      "from django.contrib.auth.hashers import PBKDF2PasswordHasher as H; alice.password = H().encode('pässword', 'salt'); alice.save()",
    )
    const { status, body } = await logIn('pässword')
    expect(status).toBe(200)
    expect(await me(body.access)).toEqual({ status: 200, body: { id: '1', username: 'alice' } })
    for (const wrong of ['password', 'PÄSSWORD', ' pässword']) expect((await logIn(wrong)).status).toBe(401)
    shell('alice.set_unusable_password(); alice.save()')
    expect((await logIn('pässword')).status).toBe(401)
  })

  test('who get another password lose their tokens with CHECK_REVOKE, and keep them without', async () => {
    shell("alice.set_password('wonderland'); alice.save()")
    const { access } = (await logIn('wonderland')).body
    expect((await me(access)).status).toBe(200)
    shell("alice.set_password('looking-glass'); alice.save()")
    const answer = await me(access)
    if (settings.CHECK_REVOKE === '1') expect(answer).toMatchObject({ status: 401, body: { code: 'password_changed' } })
    else expect(answer.status).toBe(200)
    expect((await logIn('wonderland')).status).toBe(401)
    expect((await me((await logIn('looking-glass')).body.access)).status).toBe(200)
  })

  test('who are deactivated, or deleted, are refused', async () => {
    shell("alice.set_password('wonderland'); alice.save()")
    const { access } = (await logIn('wonderland')).body
    shell('alice.is_active = False; alice.save()')
    expect(await me(access)).toMatchObject({ status: 401, body: { code: 'user_inactive' } })
    expect((await logIn('wonderland')).status).toBe(401)
    shell('alice.delete()')
    expect(await me(access)).toMatchObject({ status: 401, body: { code: 'user_not_found' } })
  })
})
