// node refresh-at-once.mjs <database URL> <secret> <grace period> <calls> <processes> <folder> <encoded token…>: refreshes each
// token so many times at once, each in the same moment as the other processes do, and prints what came of it.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sequelize } from 'sequelize'
import { TokenBlacklist } from '../../../dist/lib/index.js'

const [url, signingKey, grace, calls, processes, folder, ...encoded] = process.argv.slice(2)
const sequelize = new Sequelize(url, { logging: false })
const options = { flushSchedule: false, checkTimeout: '150s', rotationGracePeriod: Number(grace) }
const tokens = new TokenBlacklist({ sequelize, signingKey, ...options })
await tokens.isBlacklisted({ jti: 'connects' })

async function together(round) {
  const place = join(folder, String(round))
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, String(process.pid)), '')
  while (readdirSync(place).length < Number(processes)) await sleep(1)
}

const rounds = []
for (const [round, token] of encoded.entries()) {
  await together(round)
  const outcomes = await Promise.allSettled(Array.from({ length: Number(calls) }, () => tokens.refresh(token)))
  rounds.push({
    given: outcomes.flatMap(({ value }) => (value ? [value.refresh] : [])),
    codes: outcomes.flatMap(({ reason }) => (reason ? [reason.code] : [])),
  })
}
await sequelize.close()
console.log(JSON.stringify(rounds))
