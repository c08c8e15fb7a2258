import { existsSync, readdirSync } from 'node:fs'
import { relative } from 'node:path'
import type { Store } from '../../store/store'
import type { Connected } from '../connect'
import { migrationsFolder } from '../sequelize-config'
import { type Finding, ok, skipped, wrong } from './finding'
import { readSchema } from './schema'

/** As `init` names them. */
const OURS = /^\d+-create-(outstanding|blacklisted)-tokens\.c?[jt]s$/

/** Whether what `init` published was run, by the table in which sequelize-cli keeps the names. */
export async function checkMigrations(store: Store, { sequelize, migrationsTable }: Connected): Promise<Finding> {
  const folder = migrationsFolder()
  const shown = relative('', folder)
  const published = existsSync(folder) ? readdirSync(folder).filter((file) => OURS.test(file)) : []
  if (published.length === 0) return skipped('migrations', `${shown} has none of this package's`)
  if (migrationsTable === null) return skipped('migrations', 'sequelize-cli keeps no table of those that were run')
  const query = sequelize.getQueryInterface() as unknown as { quoteIdentifier(name: string): string }
  const { name, schema } = migrationsTable
  const table = [schema, name].flatMap((part) => (part === undefined ? [] : query.quoteIdentifier(part))).join('.')
  const pending = (await readSchema(store, table)) ? await without(store, table, published) : published
  if (pending.length === 0) return ok('migrations', 'all were run')
  return wrong(
    'migrations',
    `not run yet: ${pending.map((file) => `${shown}/${file}`).join(', ')}`,
    'Run them: npx sequelize db:migrate',
  )
}

async function without({ database }: Store, table: string, files: string[]): Promise<string[]> {
  const rows = await database.read((statements) => statements.select<{ name: string }>(`SELECT name FROM ${table}`))
  const run = new Set(rows.map(({ name }) => name))
  return files.filter((file) => !run.has(file))
}
