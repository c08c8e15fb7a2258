import type { TokenBlacklist } from '../../lib'
import { utcText } from '../../models'

export interface BulkRow {
  jti: string
  userId?: string
  /** Seconds from now. */
  expiresIn: number
  blacklisted?: boolean
}

const CHUNK = 2000

/** Inserts many rows fast; their ids are in this order, and so are those of their blacklistings. */
export async function insertBulk({ models }: TokenBlacklist, rows: BulkRow[]): Promise<void> {
  const { sequelize, tableName: outstanding } = models.OutstandingToken
  const { tableName: blacklisted } = models.BlacklistedToken
  if (!sequelize) throw new Error('The models have no instance')
  const now = Date.now()
  const text = (milliseconds: number) => `'${utcText(new Date(milliseconds), sequelize.getDialect())}'`
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK)
    const values = chunk.map(({ jti, userId, expiresIn }) => {
      return `(${userId === undefined ? 'NULL' : `'${userId}'`}, '${jti}', ${text(now)}, ${text(now + expiresIn * 1000)})`
    })
    await sequelize.query(`INSERT INTO ${outstanding} (user_id, jti, created_at, expires_at) VALUES ${values.join(', ')}`)
    const listed = chunk.filter((row) => row.blacklisted).map(({ jti }) => `'${jti}'`)
    if (listed.length === 0) continue
    await sequelize.query(
      `INSERT INTO ${blacklisted} (token_id, blacklisted_at) SELECT id, ${text(now)} FROM ${outstanding} WHERE jti IN (${listed.join(', ')}) ORDER BY id`,
    )
  }
}
