import type { Sequelize } from 'sequelize'

const last = new WeakMap<Sequelize, Promise<unknown>>()

/**
 * On SQLite, one of our transactions after the other in this process. SQLite has one writer anyway, and each that waits for
 * it inside the driver blocks one of Node's four worker threads, so that the writer itself cannot go on. Nothing
 * depends on this for its correctness: other processes take no part in it.
 */
export function takeTurns<T>(sequelize: Sequelize, work: () => Promise<T>): Promise<T> {
  if (sequelize.getDialect() !== 'sqlite') return work()
  const turn = (last.get(sequelize) ?? Promise.resolve()).then(work)
  last.set(
    sequelize,
    turn.catch(() => {}),
  )
  return turn
}
