import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { FRAMEWORKS, PASSWORD, routeApp } from '../../support/route-apps'

const FORM = 'application/x-www-form-urlencoded'

describe.each(DIALECTS)('a form on %s', (dialect) => {
  const db = useDatabase(dialect)

  describe.each(FRAMEWORKS)('with %s', (framework) => {
    const app = async () => {
      const { request, errors } = await routeApp(db.make(), { framework })
      const send = (path: string, form: string | Record<string, unknown>, type = FORM) => {
        const body = typeof form === 'string' ? form : String(new URLSearchParams(form as Record<string, string>))
        return request(path, { method: 'POST', headers: { 'content-type': type }, body })
      }
      return { send, errors }
    }

    test('is as good as JSON on every route', async () => {
      const { send } = await app()
      const login = { username: 'alice', password: PASSWORD }
      const pair = (await send('/', login)).body as { refresh: string }
      expect((await send('/verify', { token: pair.refresh })).body).toEqual({})
      const next = (await send('/refresh', pair, `${FORM}; charset=utf-8`)).body as { refresh: string }
      expect((await send('/blacklist', { refresh: next.refresh })).status).toBe(200)
      const sliding = (await send('/sliding', login)).body as { token: string }
      expect((await send('/sliding/refresh', sliding)).status).toBe(200)
    })

    test('has the field errors of JSON', async () => {
      const { send, errors } = await app()
      const both = (message: string) => ({ status: 400, body: { username: [message], password: [message] } })
      expect(await send('/', 'other=1')).toMatchObject(both('This field is required.'))
      expect(await send('/', 'username=&password=+')).toMatchObject(both('This field may not be blank.'))
      expect(await send('/', 'username=%00&password=%00')).toMatchObject(both('Null characters are not allowed.'))
      expect(await send('/', '__proto__=x&constructor=x')).toMatchObject(both('This field is required.'))
      expect(await send('/', 'x'.repeat(70_000))).toMatchObject({ status: 413 })
      expect(await send('/', 'a=1&'.repeat(2000))).toMatchObject({ status: 413 })
      expect(errors).toEqual([])
    })

    test('says last what counts, where it says a field twice', async () => {
      const { send } = await app()
      expect((await send('/', `username=bob&username=alice&password=wrong&password=${PASSWORD}`)).status).toBe(200)
      expect((await send('/', `username=alice&password=${PASSWORD}&password=wrong`)).status).toBe(401)
    })

    test('is refused as multipart', async () => {
      const { send } = await app()
      const answer = await send('/', '--x--', 'multipart/form-data; boundary=x')
      expect(answer).toMatchObject({ status: 415, body: { detail: expect.stringContaining('multipart/form-data') } })
    })
  })
})
