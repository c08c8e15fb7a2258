import { Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { adminApp, MOUNTS } from '../support/admin-app'
import { useDatabase } from '../support/blacklist'

describe('a database that is down', () => {
  const db = useDatabase('sqlite')

  test.each(MOUNTS)('is told to the app by a 503, in %s', async (mount) => {
    const nowhere = new Sequelize('mysql://root@127.0.0.1:1/nothing', { logging: false })
    const noTables = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
    for (const sequelize of [nowhere, noTables]) {
      const app = await adminApp(db.make({ sequelize, checkTimeout: '2s' }), { mount })
      const browser = app.browser()
      // This page needs no database.
      const { html } = await browser.post('/blacklisted', {})
      expect(html).toContain('Please try again')
      const up = await adminApp(db.make(), { mount })
      const other = up.browser()
      const csrf = await other.token()
      for (const [name, value] of other.cookies) browser.cookies.set(name, value)
      const asked = [
        browser.get('/'),
        browser.get('/outstanding'),
        browser.get('/blacklisted'),
        browser.get('/outstanding/user?id=1'),
        browser.get('/blacklisted/remove?id=1&jti=x'),
        browser.post('/outstanding/blacklist', { csrf, one: 'x' }),
        browser.post('/outstanding/user', { csrf, id: '1' }),
        browser.post('/blacklisted', { csrf, jti: 'x' }),
        browser.post('/blacklisted/remove', { csrf, id: '1', jti: 'x' }),
        browser.post('/flush', { csrf }),
      ]
      for (const answer of asked) expect(await answer).toMatchObject({ status: 503, html: 'the app itself' })
      expect(app.errors.map((error) => (error as { code: string }).code)).toEqual(
        Array(asked.length).fill('ERR_BLACKLIST_UNAVAILABLE'),
      )
      await sequelize.close()
    }
  })
})
