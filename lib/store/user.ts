import type { Transaction } from 'sequelize'
import { BlacklistUnavailableError } from '../errors'
import { type Bound, binding } from './binding'
import type { Statements } from './database'
import { djangoId, orNobodys, unlessNoSuchUser } from './django'
import { listingDialect } from './listing/dialect'
import { assertSeen } from './snapshot'
import type { RowId, Store } from './store'

/** Each round ends what a refresh made during the one before. */
const MAX_ROUNDS = 100

/** How many of a user's rows one transaction of ours looks at: whoever has a refresh token can make as many as they like. */
const BATCH_SIZE = 10_000

/** Which of a user's tokens; `userId` as the tables have it. */
interface Selection {
  userId: string
  /** A session to spare, with its tokens. */
  except?: string | undefined
  /** Rows that came later than this one … */
  after?: RowId | undefined
  /** … and no later than this one. */
  upTo?: RowId | undefined
  sessionsAlone?: boolean
}

/**
 * Blacklists every outstanding token of a user, and with them the user's sessions. All or nothing; but for a user of more than
 * `BATCH_SIZE` tokens, and in no transaction of the app's, in batches, the sessions first.
 * @param except a session to spare, with its tokens
 * @returns how many rows it blacklisted, without those that were blacklisted already
 */
export async function blacklistUser(
  store: Store,
  userId: string,
  { except, transaction }: { except?: string | undefined; transaction?: Transaction | null | undefined } = {},
): Promise<number> {
  const id = store.djangoTables ? djangoId(userId) : userId
  if (id === null) return 0
  const bound = transaction ? undefined : await lastOfBatch(store, { userId: id })
  if (bound === undefined) return blacklistSelected(store, { userId: id, except }, transaction)
  let count = await blacklistInBatches(store, { userId: id, except, sessionsAlone: true })
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const more = await blacklistInBatches(store, { userId: id, except })
    if (more === 0) return count
    count += more
  }
  throw incomplete()
}

async function blacklistInBatches(store: Store, selection: Selection): Promise<number> {
  let count = 0
  let after: RowId | undefined
  do {
    const upTo = await lastOfBatch(store, { ...selection, after })
    count += await blacklistSelected(store, { ...selection, after, upTo })
    after = upTo
  } while (after !== undefined)
  return count
}

/** The last row of the user's next batch; undefined where fewer are left. */
async function lastOfBatch(store: Store, { userId, after }: Selection): Promise<RowId | undefined> {
  const { bind, bound } = binding()
  const sql =
    `SELECT o.id FROM ${store.tables.outstanding} o WHERE ${condition(store, { userId, after }, bound)} ` +
    `ORDER BY ${listingDialect(store.database.dialectName).orderOfUser('ASC')} LIMIT 1 OFFSET ${BATCH_SIZE - 1}`
  const rows = await orNobodys<{ id: RowId }[]>(store, [], () =>
    store.database.read((statements) => statements.select(sql, bind)),
  )
  return rows[0]?.id
}

/** All of a selection, or nothing. */
async function blacklistSelected(store: Store, selection: Selection, transaction?: Transaction | null): Promise<number> {
  return store.database.writeMany(async (statements) => {
    statements.afterEnd(() => store.cache?.forgetAll())
    const insert = () => insertBlacklisted(store, statements, selection)
    return (store.djangoTables ? await unlessNoSuchUser(store, statements, insert) : await insert()) ?? 0
  }, transaction)
}

async function insertBlacklisted(store: Store, statements: Statements, selection: Selection): Promise<number> {
  const { tables, database } = store
  const { dialect } = database
  const { bind, bound } = binding()
  const selected = condition(store, selection, bound)
  // The lock waits for a flush that is about to delete such a row, and then passes over it; and for a refresh in flight, which
  // locks a session before its tokens. So the order is that of their making.
  const sql =
    `INSERT INTO ${tables.blacklisted} (token_id, blacklisted_at) ` +
    `SELECT o.id, ${dialect.now} FROM ${tables.outstanding} o WHERE ${selected} ` +
    `AND NOT EXISTS (SELECT 1 FROM ${tables.blacklisted} b WHERE b.token_id = o.id) ORDER BY o.id` +
    dialect.lock('o') +
    dialect.onConflictNothing('token_id', `${tables.blacklisted}.token_id`)
  // A join, since a lock reaches what is committed now in joined tables, and not in a subquery.
  const left =
    `SELECT o.id FROM ${tables.outstanding} o LEFT JOIN ${tables.blacklisted} b ON b.token_id = o.id ` +
    `WHERE ${selected} AND b.id IS NULL`
  const own = `SELECT o.id FROM ${tables.outstanding} o WHERE ${selected}`
  let count = 0
  // On PostgreSQL a statement that waited for a refresh in flight does not see the successor which that made.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    count += await statements.change(sql, bind)
    if ((await statements.select(`${left} LIMIT 1${dialect.lock('o')}`, bind)).length > 0) continue
    await assertSeen(store, statements, { committed: left, own, bind })
    return count
  }
  throw incomplete()
}

function condition({ database }: Store, { userId, except, after, upTo, sessionsAlone }: Selection, bound: Bound): string {
  const user = bound(userId)
  const { isOfUser } = listingDialect(database.dialectName)
  const conditions = [after === undefined ? database.dialect.equal('o.user_id', user) : isOfUser(user)]
  if (except !== undefined) {
    conditions.push(`o.jti <> ${bound(except)}`, `SUBSTR(o.jti, 1, ${[...except].length + 1}) <> ${bound(`${except}.`)}`)
  }
  if (after !== undefined) conditions.push(`o.id > ${bound(after)}`)
  if (upTo !== undefined) conditions.push(`o.id <= ${bound(upTo)}`)
  // Other tokens may have ids of this length: they are merely the first, too.
  if (sessionsAlone) conditions.push('LENGTH(o.jti) = 32')
  return conditions.join(' AND ')
}

function incomplete(): BlacklistUnavailableError {
  return new BlacklistUnavailableError("Some of the user's tokens could not be blacklisted: others are made all the time")
}
