import { type BuildOptions, DataTypes, type Sequelize } from 'sequelize'

const LOCAL = DataTypes.DATE(6)

/**
 * What corrects the times of a row that was read. A MySQL DATETIME has no time zone, and Sequelize reads it in the instance's
 * `timezone`, but `UtcDate` wrote UTC. It is done where an instance is built, so that a row is right whoever found it, a model
 * of the app's that includes it as well. Rows of `raw: true` and aggregates stay as Sequelize reads them, and so do the moments
 * in the one hour that a named zone's clocks skip each year, of which Sequelize makes others.
 */
export function utcReader(sequelize: Sequelize, times: string[]): <Row>(row: Row, options?: BuildOptions) => Row {
  const { timezone } = (sequelize as unknown as { options: { timezone: string } }).options
  if (sequelize.getDialect() !== 'mysql' || timezone === '+00:00') return (row) => row
  return (row, options) => {
    if (!options?.raw || options.isNewRecord !== false) return row
    const corrected: Record<string, unknown> = { ...(row as object) }
    for (const time of times) {
      if (corrected[time] instanceof Date) corrected[time] = asUtc(corrected[time], timezone)
    }
    return corrected as typeof row
  }
}

/** Takes what the clocks of the zone showed at that moment for the time in UTC. */
function asUtc(read: Date, timezone: string): Date {
  const shown = LOCAL.stringify(read, { timezone })
  return new Date(`${shown.slice(0, 10)}T${shown.slice(11, 23)}Z`)
}
