import { DataTypes, type Sequelize } from 'sequelize'

/** How each dialect writes a moment in UTC: the column's type, and the text that stands for a Date. */
const FORMS: Record<string, { type: string; suffix: string }> = {
  mysql: { type: 'DATETIME(6)', suffix: '' },
  postgres: { type: 'TIMESTAMP WITH TIME ZONE', suffix: ' +00:00' },
  sqlite: { type: 'DATETIME', suffix: ' +00:00' },
}

/** A moment as the text that the time columns hold, in UTC whatever the instance's `timezone`. */
export function utcText(date: Date, dialect: string): string {
  return date
    .toISOString()
    .replace('T', ' ')
    .replace('Z', FORMS[dialect]?.suffix ?? '')
}

/** Its declared type can be called as well as constructed, which cannot be extended. */
const SequelizeDate = DataTypes.DATE as unknown as new (fractionalDigits: number) => { toSql(): string }

/**
 * DATE(6), but in UTC: Sequelize's own writes a MySQL DATETIME in the instance's `timezone`, so two apps with two time zones
 * would not mean the same moment by it. A key of its own keeps Sequelize from putting the dialect's DATE in its place.
 */
class UtcDate extends SequelizeDate {
  static readonly key = 'UTC_DATE'
  readonly #dialect: string

  constructor(dialect: string) {
    super(6)
    this.#dialect = dialect
  }

  override toSql(): string {
    return FORMS[this.#dialect]?.type ?? 'DATETIME'
  }

  _stringify(value: Date | string | number): string {
    return utcText(new Date(value), this.#dialect)
  }
}

export function utcDate(sequelize: Sequelize): DataTypes.DateDataType {
  return new UtcDate(sequelize.getDialect()) as unknown as DataTypes.DateDataType
}

/** Undoes Sequelize's reading of a MySQL DATETIME in the instance's `timezone`; see `UtcDate`. */
export function fromInstanceZone(sequelize: Sequelize): (read: Date) => Date {
  const zone = (sequelize as unknown as { options: { timezone: string } }).options.timezone
  if (sequelize.getDialect() !== 'mysql' || zone === '+00:00') return (read) => read
  return (read) => new Date(read.getTime() + offsetOf(zone, read))
}

/** Milliseconds that the zone's clock is ahead of UTC at that moment. */
function offsetOf(zone: string, at: Date): number {
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone)
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const named = /GMT([+-]\d\d:\d\d)/.exec(parts.find((part) => part.type === 'timeZoneName')?.value ?? '')
  return named?.[1] ? offsetOf(named[1], at) : 0
}
