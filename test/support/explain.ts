import { QueryTypes, type Sequelize } from 'sequelize'

export interface Statement {
  sql: string
  bind: unknown[]
}

/** The statements that an instance runs from now on, with their values. */
export function recordStatements(sequelize: Sequelize): Statement[] {
  const statements: Statement[] = []
  const query = sequelize.query.bind(sequelize) as (sql: unknown, options: unknown) => unknown
  sequelize.query = ((sql: string, options?: { bind?: unknown[] }) => {
    statements.push({ sql, bind: options?.bind ?? [] })
    return query(sql, options)
  }) as typeof sequelize.query
  return statements
}

interface MysqlStep {
  table: string | null
  type: string | null
}

interface PostgresNode {
  'Node Type': string
  'Relation Name'?: string
  Plans?: PostgresNode[]
}

/** The tables, by their aliases, that the database would read as a whole to answer the statement, with the access that it plans. */
export async function fullScansOf(sequelize: Sequelize, { sql, bind }: Statement): Promise<string[]> {
  const explain = (prefix: string) => sequelize.query(`${prefix} ${sql}`, { bind, type: QueryTypes.SELECT })
  switch (sequelize.getDialect()) {
    case 'mysql': {
      const steps = (await explain('EXPLAIN')) as MysqlStep[]
      const whole = steps.filter(({ table, type }) => (type === 'ALL' || type === 'index') && !table?.startsWith('<'))
      return whole.map(({ table, type }) => `${type} ${table}`)
    }
    case 'postgres': {
      const rows = (await explain('EXPLAIN (FORMAT JSON)')) as { 'QUERY PLAN': { Plan: PostgresNode }[] }[]
      const nodes = (node: PostgresNode): PostgresNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
      const all = rows.flatMap((row) => row['QUERY PLAN']).flatMap(({ Plan }) => nodes(Plan))
      return all.filter((node) => node['Node Type'].includes('Seq Scan')).map((node) => `Seq Scan ${node['Relation Name']}`)
    }
    default: {
      const steps = (await explain('EXPLAIN QUERY PLAN')) as { detail: string }[]
      return steps.map(({ detail }) => detail).filter((detail) => /^SCAN (?!x$|CONSTANT ROW)/.test(detail))
    }
  }
}
