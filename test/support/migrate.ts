import type { Sequelize } from 'sequelize'
import * as outstanding from '../../migrations/20261124000000-create-outstanding-tokens'
import * as blacklisted from '../../migrations/20261124000001-create-blacklisted-tokens'

/** Makes the tables as `sequelize db:migrate` does; that the command itself works is tested on its own. */
export async function migrate(sequelize: Sequelize): Promise<void> {
  const queryInterface = sequelize.getQueryInterface()
  await outstanding.up(queryInterface)
  await blacklisted.up(queryInterface)
}
