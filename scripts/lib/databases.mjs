import { Sequelize } from 'sequelize'

const SERVERS = [
  { dialect: 'mysql', name: 'MariaDB or MySQL', variable: 'TEST_MYSQL_URL', url: 'mysql://root@127.0.0.1:3306' },
  { dialect: 'postgres', name: 'PostgreSQL', variable: 'TEST_POSTGRES_URL', url: 'postgres://postgres@127.0.0.1:5432' },
]

/** SQLite, and the servers that answer. Says which do not; where they are required, ends the process. */
export async function availableDialects({ required }) {
  const dialects = ['sqlite']
  for (const { dialect, name, variable, url } of SERVERS) {
    const failure = await failureOf(process.env[variable] ?? url)
    if (!failure) {
      dialects.push(dialect)
      continue
    }
    console.error(
      `${required ? 'Missing' : 'Left out'}: ${name} (${failure}). Start it on ${new URL(url).host}, or set ${variable}.`,
    )
    if (required) process.exit(1)
  }
  return dialects
}

async function failureOf(url) {
  const sequelize = new Sequelize(url, { logging: false })
  try {
    await sequelize.authenticate()
    return undefined
  } catch (error) {
    return error.message || error.name
  } finally {
    await sequelize.close()
  }
}
