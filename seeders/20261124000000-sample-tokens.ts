import type { QueryInterface } from 'sequelize'

const DAY = 86_400_000

/** Of each kind one, for the users alice and bob: active, blacklisted, expired, expired and blacklisted. */
const SAMPLES = [
  { jti: 'sample-active', user_id: 'alice', days: 1, blacklisted: false },
  { jti: 'sample-blacklisted', user_id: 'alice', days: 1, blacklisted: true },
  { jti: 'sample-expired', user_id: 'bob', days: -3, blacklisted: false },
  { jti: 'sample-expired-blacklisted', user_id: 'bob', days: -3, blacklisted: true },
]
const JTIS = SAMPLES.map(({ jti }) => jti)

/** MySQL's DATETIME has no time zone, and sequelize-cli's instance writes UTC. */
const at = (days: number) => new Date(Date.now() + days * DAY)

export async function up(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.bulkInsert(
    'outstanding_tokens',
    SAMPLES.map(({ jti, user_id, days }) => ({ jti, user_id, created_at: at(days - 1), expires_at: at(days) })),
  )
  const blacklisted = SAMPLES.filter((sample) => sample.blacklisted).map(({ jti }) => jti)
  const ids = await sampleIds(queryInterface, blacklisted)
  await queryInterface.bulkInsert(
    'blacklisted_tokens',
    ids.map((token_id) => ({ token_id, blacklisted_at: new Date() })),
  )
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  const ids = await sampleIds(queryInterface, JTIS)
  await queryInterface.bulkDelete('blacklisted_tokens', { token_id: ids })
  await queryInterface.bulkDelete('outstanding_tokens', { jti: JTIS })
}

async function sampleIds(queryInterface: QueryInterface, jtis: string[]): Promise<(number | string)[]> {
  const sql = 'SELECT id FROM outstanding_tokens WHERE jti IN (:jtis)'
  const [rows] = await queryInterface.sequelize.query(sql, { replacements: { jtis } })
  return (rows as { id: number | string }[]).map(({ id }) => id)
}
