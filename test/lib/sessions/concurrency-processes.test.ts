import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SECRET, useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { runChild } from '../../support/run-child'
import { jtiOf } from '../../support/sessions'

const PROCESSES = 4
const ROUNDS = 50

interface Round {
  given: string[]
  codes: string[]
}

describe.each(DIALECTS)('100 refreshes of one token from 4 processes at once on %s', { timeout: 240_000 }, (dialect) => {
  const db = useDatabase(dialect)

  const play = async (grace: number) => {
    const tokens = db.make()
    const pairs = await Promise.all(Array.from({ length: ROUNDS }, () => tokens.obtainPair({ id: 'alice' })))
    const encoded = pairs.map(({ refresh }) => refresh)
    const folder = mkdtempSync(join(tmpdir(), 'pjb-rounds-'))
    const args = [db.database.url, SECRET, String(grace), String(100 / PROCESSES), String(PROCESSES), folder, ...encoded]
    const ended = await Promise.all(Array.from({ length: PROCESSES }, () => runChild('refresh-at-once.mjs', args, {}, 200)))
    rmSync(folder, { recursive: true })
    for (const child of ended) expect(child).toMatchObject({ code: 0, stderr: '' })
    const all = ended.map(({ stdout }) => JSON.parse(stdout) as Round[])
    const rounds = encoded.map((token, index) => ({
      successor: jtiOf(token).replace(/1$/, '2'),
      given: all.flatMap((one) => one[index]?.given ?? []),
      codes: all.flatMap((one) => one[index]?.codes ?? []),
    }))
    const winners = all.map((one) => one.filter(({ given }) => given.length > 0).length)
    console.log(`rounds in which each process got tokens on ${dialect}, grace ${grace} s: ${winners.join(', ')}`)
    return rounds
  }

  test('all get the same successor within the grace period', async () => {
    for (const { successor, given, codes } of await play(10)) {
      expect(codes).toEqual([])
      expect(given).toHaveLength(100)
      expect([...new Set(given)].map(jtiOf)).toEqual([successor])
    }
  })

  test('succeed once where there is no grace period', async () => {
    for (const { successor, given, codes } of await play(0)) {
      expect(given.map(jtiOf)).toEqual([successor])
      expect(codes).toEqual(Array(99).fill('ERR_TOKEN_BLACKLISTED'))
    }
  })
})
