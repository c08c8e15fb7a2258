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
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
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
      const all = nodesOf(await explain('EXPLAIN (FORMAT JSON)'))
      return all.filter((node) => node['Node Type'].includes('Seq Scan')).map((node) => `Seq Scan ${node['Relation Name']}`)
    }
    default: {
      const steps = (await explain('EXPLAIN QUERY PLAN')) as { detail: string }[]
      return steps.map(({ detail }) => detail).filter((detail) => /^SCAN (?!x$|CONSTANT ROW)/.test(detail))
    }
  }
}

function nodesOf(plan: unknown): PostgresNode[] {
  const nodes = (node: PostgresNode): PostgresNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
  return (plan as { 'QUERY PLAN': { Plan: PostgresNode }[] }[])
    .flatMap((row) => row['QUERY PLAN'])
    .flatMap(({ Plan }) => nodes(Plan))
}

/** How many rows the database reads to answer the statement, by whatever index: counted, not estimated. SQLite counts none. */
export async function rowsReadBy(sequelize: Sequelize, { sql, bind }: Statement): Promise<number> {
  if (sequelize.getDialect() === 'postgres') {
    const plan = await sequelize.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, { bind, type: QueryTypes.SELECT })
    // Without those of a bitmap's indexes, whose rows are counted where they are fetched.
    const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined)
    const read = (node: PostgresNode) => (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)
    return scans.reduce((sum, node) => sum + read(node) * (node['Actual Loops'] ?? 1), 0)
  }
  // The counters are the connection's.
  return sequelize.transaction(async (transaction) => {
    const reads = async () => {
      const status = await sequelize.query<{ Value: string }>(
        "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_key', 'Handler_read_next', 'Handler_read_prev')",
        { transaction, type: QueryTypes.SELECT },
      )
      return status.reduce((sum, { Value }) => sum + Number(Value), 0)
    }
    const before = await reads()
    await sequelize.query(sql, { bind, transaction, type: QueryTypes.SELECT })
    return (await reads()) - before
  })
}
