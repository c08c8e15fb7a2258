import { gzipSync } from 'node:zlib'
import express from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/blacklist'
import { FRAMEWORKS, PASSWORD, type RouteAppOptions, routeApp } from '../../support/route-apps'

const JSON_TYPE = { 'content-type': 'application/json' }
const REQUIRED = 'This field is required.'
const PARSE_ERROR = { detail: 'JSON parse error' }

const APPS: Record<string, RouteAppOptions> = {
  ...Object.fromEntries(FRAMEWORKS.map((framework) => [framework, { framework }])),
  'Express 5 with express.json()': { framework: 'Express 5', before: [express.json({ strict: false })] },
  'Express 4 with express.json()': { framework: 'Express 4', before: [express4.json({ strict: false })] },
}

const ROUTES: Record<string, string[]> = {
  '/': ['username', 'password'],
  '/refresh': ['refresh'],
  '/verify': ['token'],
  '/blacklist': ['refresh'],
}

/** A field's value, and what is said to it. */
const FIELDS: [unknown, string][] = [
  [null, 'This field may not be null.'],
  ['', 'This field may not be blank.'],
  [' \t\n', 'This field may not be blank.'],
  [true, 'Not a valid string.'],
  [['x'], 'Not a valid string.'],
  [{ x: 1 }, 'Not a valid string.'],
  ['a\0b', 'Null characters are not allowed.'],
  ['a\ud800b', 'Surrogate characters are not allowed.'],
]

describe.each(Object.entries(APPS))('with %s', (_name, options) => {
  const db = useDatabase('sqlite')
  const own = !options.before

  describe.each(Object.entries(ROUTES))('a body for %s', (path, names) => {
    const all = <T>(value: T) => Object.fromEntries(names.map((name) => [name, value]))

    test.each(FIELDS)('is refused by the field: %o', async (value, message) => {
      const { post, errors } = await routeApp(db.make(), options)
      expect(await post(path, all(value))).toMatchObject({ status: 400, body: all([message]) })
      expect(errors).toEqual([])
    })

    test('is refused where it lacks the field', async () => {
      const { post, request } = await routeApp(db.make(), options)
      for (const body of [{}, { __proto__: all('x') }, { other: 'x' }])
        expect(await post(path, body)).toMatchObject({ status: 400, body: all([REQUIRED]) })
      expect(await post(path, `{"__proto__": ${JSON.stringify(all('x'))}}`)).toMatchObject({ status: 400, body: all([REQUIRED]) })
      expect(await request(path, { method: 'POST' })).toMatchObject({ status: 400, body: all([REQUIRED]) })
      expect(await request(path, { method: 'POST', headers: JSON_TYPE })).toMatchObject({ status: 400, body: all([REQUIRED]) })
    })

    test.each([
      ['[]', 'list'],
      ['["refresh"]', 'list'],
      ['"refresh"', 'str'],
      ['7', 'int'],
      ['7.5', 'float'],
      ['true', 'bool'],
    ])('is refused where it is no object: %s', async (body, type) => {
      const { post } = await routeApp(db.make(), options)
      const message = `Invalid data. Expected a dictionary, but got ${type}.`
      expect(await post(path, body)).toMatchObject({ status: 400, body: { non_field_errors: [message] } })
    })

    test('is refused where it is null', async () => {
      const { post } = await routeApp(db.make(), options)
      expect(await post(path, 'null')).toMatchObject({ status: 400, body: { non_field_errors: ['No data provided'] } })
    })

    test('is refused where it is neither JSON nor a form by its type', async () => {
      const { request, errors } = await routeApp(db.make(), options)
      for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'nonsense']) {
        const answer = await request(path, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(all('x')) })
        expect(answer).toMatchObject({ status: 415, body: { detail: `Unsupported media type "${type}" in request.` } })
      }
      expect(errors).toEqual([])
    })

    test('may be a form', async () => {
      const { request } = await routeApp(db.make(), options)
      const send = (body: URLSearchParams) => request(path, { method: 'POST', body })
      expect(await send(new URLSearchParams(all(' ')))).toMatchObject({
        status: 400,
        body: all(['This field may not be blank.']),
      })
      expect((await send(new URLSearchParams(all('x')))).status).toBe(401)
    })

    test.runIf(own)('is refused where it cannot be read', async () => {
      const { post, request, errors } = await routeApp(db.make(), options)
      for (const body of ['{', 'x', '{"a":}', "{'a': 1}", '\ufeff\ufeff{}', '{} {}'])
        expect(await post(path, body)).toMatchObject({ status: 400, body: PARSE_ERROR })
      const unzippable = { ...JSON_TYPE, 'content-encoding': 'gzip' }
      expect(await request(path, { method: 'POST', headers: unzippable, body: 'x' })).toMatchObject({
        status: 400,
        body: PARSE_ERROR,
      })
      expect(await post(path, all('x'.repeat(70_000)))).toMatchObject({ status: 413 })
      const bomb = gzipSync(JSON.stringify(all('x'.repeat(1_000_000))))
      expect(await request(path, { method: 'POST', headers: unzippable, body: bomb })).toMatchObject({ status: 413 })
      for (const headers of [
        { 'content-type': 'application/json; charset=nonsense' },
        { ...JSON_TYPE, 'content-encoding': 'nonsense' },
      ])
        expect(await request(path, { method: 'POST', headers, body: '{}' })).toMatchObject({ status: 415 })
      expect(errors).toEqual([])
    })
  })

  test('a good body is accepted, in whatever charset and encoding', async () => {
    const { post, request } = await routeApp(db.make(), options)
    const body = JSON.stringify({ username: 'älice', password: PASSWORD, more: [] })
    expect((await post('/', body)).status).toBe(200)
    const zipped = { ...JSON_TYPE, 'content-encoding': 'gzip' }
    expect((await request('/', { method: 'POST', headers: zipped, body: gzipSync(body) })).status).toBe(200)
    const wide = { 'content-type': 'application/json; charset=utf-16le' }
    expect((await request('/', { method: 'POST', headers: wide, body: Buffer.from(body, 'utf16le') })).status).toBe(200)
  })

  test('a number is taken for its digits', async () => {
    const seen: unknown[] = []
    const authenticate = (credentials: unknown) => void seen.push(credentials)
    const { post } = await routeApp(db.make(), { ...options, authenticate })
    expect((await post('/', { username: 7, password: 1.5 })).status).toBe(401)
    expect(seen).toEqual([{ username: '7', password: '1.5' }])
  })
})
