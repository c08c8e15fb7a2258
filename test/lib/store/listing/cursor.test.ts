import { beforeAll, describe, expect, test } from 'vitest'
import type { TokenBlacklist } from '../../../../lib'
import type { OutstandingFilter } from '../../../../lib/store/listing/types'
import { useDatabase } from '../../../support/blacklist'
import { DIALECTS } from '../../../support/databases'
import { DAY, inSeconds } from '../../../support/seconds'

const INVALID = { name: 'CursorError', code: 'ERR_CURSOR_INVALID', status: 400, statusCode: 400 }

const encode = (fields: unknown) => Buffer.from(JSON.stringify(fields)).toString('base64url')

const MOMENT = '2035-01-01 00:00:00.000000 +00:00'

const GARBAGE: unknown[] = [
  '',
  ' ',
  'x',
  '0',
  'null',
  "' OR 1=1 --",
  '%00',
  'a'.repeat(100_000),
  null,
  7,
  ['x'],
  {},
  encode(null),
  encode({}),
  encode([]),
  encode(['youngest', 'next']),
  encode(['youngest', 'next', 5]),
  encode(['youngest', 'next', '']),
  encode(['youngest', 'next', '5 OR 1=1']),
  encode(['youngest', 'next', '1e3']),
  encode(['youngest', 'next', '99999999999999999999']),
  encode(['youngest', 'next', '9223372036854775807']),
  encode(['youngest', 'previous', '-9223372036854775807']),
  encode(['youngest', 'sideways', '5']),
  encode(['youngest', 'next', '5', MOMENT]),
  encode(['youngest', 'next', '5', null]),
  encode(['toString', 'next', '5']),
]

const MOMENTS: unknown[] = [
  undefined,
  null,
  5,
  '',
  'now',
  'infinity',
  '2035-01-01',
  '0000-01-01 00:00:00.000000 +00:00',
  '2035-13-01 00:00:00.000000 +00:00',
  '2035-02-30 00:00:00.000000 +00:00',
  '2035-01-01 25:00:00.000000 +00:00',
  '2035-01-01 24:00:00.000000 +00:00',
  '2035-01-01 00:00:60.000000 +00:00',
  '2035-01-01 00:00:00.000000 +99:00',
  '2035-01-01T00:00:00.000000Z',
  `${MOMENT}'`,
]

describe.each(DIALECTS)('a cursor on %s', (dialect) => {
  const db = useDatabase(dialect)
  let tokens: TokenBlacklist
  beforeAll(async () => {
    tokens = db.make()
    for (const n of [1, 2, 3, 4]) await tokens.blacklist({ jti: `token ${n}`, sub: 'alice', exp: inSeconds(n < 3 ? -DAY : DAY) })
    for (const n of [5, 6]) await tokens.outstand({ jti: `token ${n}`, sub: 'alice', exp: inSeconds(DAY) })
  })
  const list = (filter: OutstandingFilter, cursor: unknown) =>
    tokens.listing.listOutstanding({ filter, cursor: cursor as string, limit: 1 })

  test('that is none is refused', async () => {
    for (const cursor of GARBAGE) {
      for (const filter of ['all', 'active', 'expired', 'blacklisted', 'sessions'] as const)
        await expect(list(filter, cursor), String(cursor).slice(0, 99)).rejects.toMatchObject(INVALID)
      await expect(tokens.listing.listBlacklisted({ cursor: cursor as string, limit: 1 })).rejects.toMatchObject(INVALID)
    }
    for (const moment of MOMENTS) {
      for (const order of ['expired', 'active'] as const)
        await expect(list(order, encode([order, 'next', '5', moment])), String(moment)).rejects.toMatchObject(INVALID)
    }
  })

  test('of another order is refused', async () => {
    const cursors: string[] = []
    for (const filter of ['all', 'active', 'expired', 'blacklisted'] as const) {
      const { next } = await list(filter, undefined)
      expect(next).toMatch(/^[\w-]{10,199}$/)
      cursors.push(String(next))
      for (const other of ['all', 'active', 'expired', 'blacklisted'] as const) {
        if (other !== filter) await expect(list(other, next)).rejects.toMatchObject(INVALID)
      }
    }
    expect(new Set(cursors).size).toBe(4)
  })

  test.each(['next', 'previous'])('far out is a page too, towards %s', async (towards) => {
    for (const id of ['9223372036854775805', '-9223372036854775805', '0', '-0', '000005']) {
      for (const filter of ['all', 'sessions'] as const) await list(filter, encode(['youngest', towards, id]))
      await list('blacklisted', encode(['blacklisted', towards, id]))
      for (const moment of ['1000-01-01 00:00:00.000', '9999-12-31 23:59:59.999999', '2035-01-01 00:00:00.000']) {
        for (const filter of ['active', 'expired'] as const) {
          const page = await list(filter, encode([filter, towards, id, moment]))
          for (const other of [page.next, page.previous]) if (other !== null) await list(filter, other)
        }
      }
    }
  })
})
