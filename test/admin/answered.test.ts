import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type AdminAppOptions, adminApp } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'
import { inSeconds } from '../support/seconds'

describe('what the app has answered meanwhile, by a time limit of its own', () => {
  const db = useDatabase('sqlite')
  let res: ServerResponse
  const timeOut = () => {
    res.statusCode = 504
    res.end('too late')
  }
  const make = async (options: AdminAppOptions = {}) => {
    const tokens = db.make()
    await tokens.outstand({ jti: 'slow', sub: 'alice', exp: inSeconds(3600) })
    const before: AdminAppOptions['before'] = [
      (_req, response, next) => {
        res = response
        next()
      },
    ]
    return { tokens, ...(await adminApp(tokens, { before, ...options })) }
  }
  const LATE = { status: 504, html: 'too late' }

  test.each([true, false])('stays so while it is asked who is staff: %s', async (staff) => {
    const authorize = () => {
      timeOut()
      return staff
    }
    const { browser, errors } = await make({ authorize })
    expect(await browser().get('/outstanding')).toMatchObject(LATE)
    expect(errors).toEqual([])
  })

  test('stays so while a page is made', async () => {
    const describeUser = () => {
      timeOut()
      return {}
    }
    const { browser, errors } = await make({ describeUser })
    expect(await browser().get('/outstanding')).toMatchObject(LATE)
    expect(errors).toEqual([])
  })

  test('stays so while something is changed', async () => {
    const { tokens, browser, errors } = await make()
    tokens.on('blacklisted', timeOut)
    expect(await browser().submit('/outstanding/blacklist', { one: 'slow' })).toMatchObject(LATE)
    expect(await tokens.isBlacklisted({ jti: 'slow' })).toBe(true)
    expect(errors).toEqual([])
  })
})
