import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, DIALECTS, type TestDatabase } from '../support/databases'
import { converse } from './conversation'
import { withDifferences } from './differences'
import type { Answer } from './send'
import { type RunningServer, startExample } from './servers'

/** What Simple JWT 5.5.1 answers; recorded from Django 5.2. */
const RECORDING = readFileSync(resolve(__dirname, 'fixtures/simplejwt-5.5.1.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => ({ www: undefined, ...(JSON.parse(line) as object) }) as Answer)

describe.each(DIALECTS)('the example on %s, with rotation and blacklisting', (dialect) => {
  let database: TestDatabase
  let server: RunningServer
  let answers: Map<string, Answer>
  beforeAll(async () => {
    database = await createDatabase(dialect)
    server = await startExample(database.url, { ROTATE: '1', BLACKLIST: '1' })
    answers = new Map((await converse(server)).map((answer) => [answer.name, answer]))
  })
  afterAll(async () => {
    await server?.stop()
    await database?.drop()
  })

  test.each(RECORDING.map((recorded) => [recorded.name, recorded] as const))(
    'answers as Simple JWT 5.5.1: %s',
    (name, recorded) => {
      expect(answers.get(name)).toEqual(withDifferences(recorded))
    },
  )

  test('never answers 500', () => {
    expect([...answers.values()].filter(({ status }) => status >= 500)).toEqual([])
  })
})
