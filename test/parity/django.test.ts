import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/databases'
import { converse } from './conversation'
import { NO_ACCOUNT, withDifferences } from './differences'
import type { Answer } from './send'
import { hasDjango, migrateDjango, type RunningServer, startDjango, startExample } from './servers'

/** What Simple JWT 5.2.2, which Debian has, answers otherwise than 5.5.1. */
function asNewer(older: Answer, ours: Answer): Answer {
  // It did not ask for the user.
  if (older.name === '/refresh/ inactive user') return { ...older, ...NO_ACCOUNT }
  const said = JSON.stringify(older.body)
  // It could not tell the two apart; the recording has each.
  if (said.includes('Token is invalid or expired')) {
    const alternatives = ['Token is invalid', 'Token is expired'].map((text) =>
      JSON.parse(said.replaceAll('Token is invalid or expired', text)),
    )
    const body = alternatives.find((alternative) => JSON.stringify(alternative) === JSON.stringify(ours.body))
    return { ...older, body: body ?? older.body }
  }
  return older
}

/** Answered with 500 there, with 401 here. */
function withoutServerErrors(theirs: Answer, ours: Answer): Answer {
  return theirs.status === 500 && theirs.name.endsWith('no jti') && ours.status === 401 ? ours : theirs
}

const SETTINGS = [
  { ROTATE: '1', BLACKLIST: '1' },
  { ROTATE: '1', BLACKLIST: '0' },
  { ROTATE: '0', BLACKLIST: '0' },
]

describe.runIf(hasDjango('the conversation with Django itself')).each(SETTINGS)(
  'one conversation, on one database of Django (%j)',
  (settings) => {
    let database: TestDatabase
    let django: RunningServer
    let node: RunningServer
    beforeAll(async () => {
      database = await createDatabase('mysql')
      migrateDjango(database.url)
      django = await startDjango(database.url, settings)
      node = await startExample(database.url, { ...settings, TABLES: 'django' })
    })
    afterAll(async () => {
      await node?.stop()
      await django?.stop()
      await database?.drop()
    })

    test('has the same answers from Django and from Node', async () => {
      const theirs = await converse(django)
      const ours = await converse(node)
      expect(ours.map(({ name }) => name)).toEqual(theirs.map(({ name }) => name))
      const expected = theirs.map((answer, index) => {
        const mine = ours[index] as Answer
        // Simple JWT asks the blacklist only where it blacklists after rotation; here it is always asked.
        if (settings.BLACKLIST === '0' && answer.name === 'verify blacklisted') {
          return { ...answer, status: 400, body: { non_field_errors: ['Token is blacklisted'] } }
        }
        return withoutServerErrors(withDifferences(asNewer(answer, mine)), mine)
      })
      expect(ours).toEqual(expected)
    })
  },
)
