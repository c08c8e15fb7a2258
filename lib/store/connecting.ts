import type { Sequelize } from 'sequelize'

/** What this package needs of Sequelize's connections, which its types do not show. */
export interface Connection {
  uuid?: string | undefined
  /** mysql2's socket. */
  stream?: { destroy(): void }
  /** The low-level connection of pg, which has the socket. */
  connection?: { stream: { destroy(): void } }
  /** sqlite3's connection is an event emitter. */
  on?(event: 'error', listener: () => void): void
}

export interface ConnectionManager {
  getConnection(options: { type: 'SELECT'; useMaster: true; uuid: string }): Promise<Connection>
  releaseConnection(connection: Connection): void
  destroyConnection(connection: Connection): Promise<void>
}

export function connectionManagerOf(sequelize: Sequelize): ConnectionManager {
  return (sequelize as unknown as { connectionManager: ConnectionManager }).connectionManager
}

/** Cuts the connection's socket, so that whatever waits for an answer on it fails now. SQLite has none to cut. */
export function cut(connection: Connection): void {
  const socket = connection.stream ?? connection.connection?.stream
  socket?.destroy()
}

/** Takes the connection out of the pool. */
export function discardConnection(sequelize: Sequelize, connection: Connection): void {
  if (sequelize.getDialect() === 'sqlite') releaseConnection(sequelize, connection)
  // It is out of the pool at once; how its goodbye ends does not matter to anybody.
  else
    connectionManagerOf(sequelize)
      .destroyConnection(connection)
      .catch(() => {})
}

const closedQuietly = new WeakSet<Connection>()

/** Gives the connection back to the pool. Sequelize closes one of SQLite's instead, where it was made for one transaction. */
export function releaseConnection(sequelize: Sequelize, connection: Connection): void {
  const manager = connectionManagerOf(sequelize)
  if (sequelize.getDialect() !== 'sqlite' || !connection.uuid) {
    manager.releaseConnection(connection)
    return
  }
  // `sequelize.close()` does not wait for it. What it closed already throws when it is closed again, or emits an error, which
  // ends the process where nobody listens.
  if (!closedQuietly.has(connection)) connection.on?.('error', () => {})
  closedQuietly.add(connection)
  try {
    manager.releaseConnection(connection)
  } catch {}
}

interface ConnectConfig {
  dialectOptions?: { connectTimeout?: number; connectionTimeoutMillis?: number } | undefined
}

const bounded = new WeakSet<Sequelize>()

/**
 * Gives connecting a time limit where the app set none. On a network that is silent, pg would wait for ever for a new
 * connection, and Sequelize for the answer to its first query, the server's version, which every other query waits for.
 * @param milliseconds the limit
 */
export function boundConnecting(sequelize: Sequelize, milliseconds: number): void {
  if (bounded.has(sequelize)) return
  bounded.add(sequelize)
  sequelize.addHook('beforeConnect', 'passport-jwt-blacklist', (given) => {
    const config = given as ConnectConfig
    const option = sequelize.getDialect() === 'postgres' ? 'connectionTimeoutMillis' : 'connectTimeout'
    config.dialectOptions = { [option]: milliseconds, ...config.dialectOptions }
  })
  sequelize.addHook('afterConnect', 'passport-jwt-blacklist', (given) => {
    const connection = given as Connection
    const versionKnown = () => (sequelize as unknown as { options: { databaseVersion: unknown } }).options.databaseVersion !== 0
    if (versionKnown()) return
    // Until the version is known, the one connection there is asks for it.
    setTimeout(() => {
      if (!versionKnown()) cut(connection)
    }, milliseconds).unref()
  })
}
