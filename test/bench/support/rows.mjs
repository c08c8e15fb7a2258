import { createHash } from 'node:crypto'

/** The id of the nth session: spread as random ones are, and the database can compute it too. */
export function sessionId(n) {
  return createHash('md5').update(String(n)).digest('hex')
}

const TEXT = { mysql: (number) => `CAST(${number} AS CHAR)`, postgres: (number) => `CAST(${number} AS TEXT)` }
const FIRST = 1000
const STEP = 100_000
const DAY = 86_400_000

/**
 * So many rows of sessions, every fifth of them blacklisted. The ids are the numbers from 1 on.
 * @param options `expiresIn`: in days; rows expire in the second half of the last of them
 */
export async function fill(sequelize, count, { expiresIn = 1 } = {}) {
  const text = TEXT[sequelize.getDialect()]
  const moment = (n) =>
    new Date(Date.now() + expiresIn * DAY - ((n % FIRST) / FIRST / 2) * DAY).toISOString().slice(0, 23).replace('T', ' ')
  const first = Array.from({ length: Math.min(count, FIRST) }, (_, index) => index + 1)
  const rows = first.map((n) => `(${n}, '${n}', '${sessionId(n)}', '${moment(n)}', '${moment(n)}')`)
  await sequelize.query(`INSERT INTO outstanding_tokens (id, user_id, jti, created_at, expires_at) VALUES ${rows.join(', ')}`)
  for (let have = first.length; have < count; ) {
    const more = Math.min(have, count - have, STEP)
    await sequelize.query(
      `INSERT INTO outstanding_tokens (id, user_id, jti, created_at, expires_at) SELECT id + ${have}, user_id, ` +
        `MD5(${text(`id + ${have}`)}), created_at, expires_at FROM outstanding_tokens WHERE id <= ${more}`,
    )
    have += more
  }
  if (sequelize.getDialect() === 'postgres') await sequelize.query(`SELECT setval('outstanding_tokens_id_seq', ${count})`)
  for (let from = 0; from < count; from += STEP) {
    await sequelize.query(
      `INSERT INTO blacklisted_tokens (token_id, blacklisted_at) SELECT id, created_at FROM outstanding_tokens ` +
        `WHERE id > ${from} AND id <= ${from + STEP} AND id % 5 = 0`,
    )
  }
  await analyze(sequelize)
}

/** Tells the planner what the tables hold by now; PostgreSQL also clears away what updates left. */
export async function analyze(sequelize) {
  for (const table of ['outstanding_tokens', 'blacklisted_tokens']) {
    await sequelize.query(sequelize.getDialect() === 'mysql' ? `ANALYZE TABLE ${table}` : `VACUUM ANALYZE ${table}`)
  }
}
