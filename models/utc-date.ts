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

/** Sequelize's class itself: what it exports makes a DATE even where `super()` calls it for a subclass. */
const SequelizeDate = DataTypes.DATE.prototype.constructor as new (fractionalDigits: number) => { toSql(): string }

/**
 * DATE(6), but written in UTC: Sequelize's own writes a MySQL DATETIME in the instance's `timezone`, so two apps with two time
 * zones would not mean the same moment by it.
 */
class UtcDate extends SequelizeDate {
  /** Sequelize puts the dialect's DATE in the place of every type with DATE's key. */
  readonly key = 'UTC_DATE'
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
