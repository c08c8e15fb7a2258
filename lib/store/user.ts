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

/** Whoever has a refresh token can make as many rows as they like: those of a user who has more than that are blacklisted in batches. */
const MANY = 10_000
/** How many rows one transaction of ours then looks at. From 1000 ids in a list on, MariaDB makes a join of it, of its own order. */
const BATCH_SIZE = 900
const BATCHES_AT_ONCE = 10

/** Which of a user's tokens; `userId` as the tables have it. */
interface Selection {
  userId: string
  /** A session to spare, with its tokens. */
  except?: string | undefined
  /** Of these rows alone. */
  ids?: RowId[] | undefined
  /** Of the rows that came later than this one. */
  after?: RowId | undefined
  sessionsAlone?: boolean
}

/**
 * Blacklists every outstanding token of a user, and with them the user's sessions. All or nothing; but for a user of very many
 * tokens, and in no transaction of the app's, in batches, the sessions first.
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
  const user = { userId: id, except }
  const hasMany = async () => (await rowsOf(store, id, 'ASC', MANY)).length > 0
  if (transaction || !(await hasMany())) return blacklistSelected(store, user, transaction)
  let { count } = await blacklistInBatches(store, { ...user, sessionsAlone: true })
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [last] = await rowsOf(store, id, 'DESC')
    const { found, count: more } = await blacklistInBatches(store, user)
    // Not by the count: where a batch waited for a refresh in flight, that has blacklisted the token, and made its successor.
    if (!found) return count
    // What was made meanwhile, in one transaction: whoever refreshes all the time would be ahead of each batch.
    count += more + (await blacklistSelected(store, { ...user, after: last }))
  }
  throw incomplete()
}

async function blacklistInBatches(store: Store, selection: Selection): Promise<{ found: boolean; count: number }> {
  let [found, count] = [false, 0]
  for await (const ids of batchesOf(store, selection)) {
    found = true
    count += await blacklistSelected(store, { ...selection, ids })
  }
  return { found, count }
}

/**
 * What is left of a selection, in the order of its making. A transaction locks no more than these rows: looking for them itself, by other
 * conditions than the user, MariaDB would rather walk along the table, and wait for other users' locks.
 */
async function* batchesOf(store: Store, selection: Selection): AsyncGenerator<RowId[]> {
  const limit = BATCH_SIZE * BATCHES_AT_ONCE
  let last: RowId | undefined
  do {
    const ids: RowId[] = await idsOf(store, selection, { after: last, limit })
    for (let from = 0; from < ids.length; from += BATCH_SIZE) yield ids.slice(from, from + BATCH_SIZE)
    last = ids.length < limit ? undefined : ids.at(-1)
  } while (last !== undefined)
}

/** The user's row at this place, in the order of their making; none where there are fewer. */
async function rowsOf(store: Store, userId: string, direction: 'ASC' | 'DESC', offset = 0): Promise<RowId[]> {
  const { bind, bound } = binding()
  const { isOfUser, orderOfUser } = listingDialect(store.database.dialectName)
  return searched(store, `${isOfUser(bound(userId))} ORDER BY ${orderOfUser(direction)} LIMIT 1 OFFSET ${offset}`, bind)
}

/** A selection's rows that are not blacklisted, in the order of their making. */
async function idsOf(
  store: Store,
  selection: Selection,
  { after, limit }: { after: RowId | undefined; limit: number },
): Promise<RowId[]> {
  const { bind, bound } = binding()
  const conditions = [
    ofUserAfter(store, { userId: selection.userId, after }, bound),
    ...othersOf(selection, bound),
    `NOT EXISTS (SELECT 1 FROM ${store.tables.blacklisted} b WHERE b.token_id = o.id)`,
  ]
  const { orderOfUser } = listingDialect(store.database.dialectName)
  return searched(store, `${conditions.join(' AND ')} ORDER BY ${orderOfUser('ASC')} LIMIT ${limit}`, bind)
}

async function searched(store: Store, where: string, bind: unknown[]): Promise<RowId[]> {
  const sql = `SELECT o.id FROM ${store.tables.outstanding} o WHERE ${where}`
  const search = () => store.database.read((statements) => statements.select<{ id: RowId }>(sql, bind))
  return (await orNobodys<{ id: RowId }[]>(store, [], search)).map(({ id }) => id)
}

/** By the index on the user, from that row on. */
function ofUserAfter({ database }: Store, { userId, after }: Pick<Selection, 'userId' | 'after'>, bound: Bound): string {
  const { isOfUser, idOfUser } = listingDialect(database.dialectName)
  return isOfUser(bound(userId)) + (after === undefined ? '' : ` AND ${idOfUser} > ${bound(after)}`)
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

function condition(store: Store, selection: Selection, bound: Bound): string {
  const { userId, ids, after } = selection
  const { equal } = store.database.dialect
  // Of rows that are named, the user is asked without the index on the user, which might lead through all of the user's rows. Asked at
  // all, since SQLite gives the id of a deleted row to another.
  const named = () => `${equal('NULLIF(o.user_id, NULL)', bound(userId))} AND o.id IN (${(ids ?? []).map(bound).join(', ')})`
  const unnamed = () => (after === undefined ? equal('o.user_id', bound(userId)) : ofUserAfter(store, selection, bound))
  return [ids ? named() : unnamed(), ...othersOf(selection, bound)].join(' AND ')
}

function othersOf({ except, sessionsAlone }: Selection, bound: Bound): string[] {
  const spared =
    except === undefined
      ? []
      : [`o.jti <> ${bound(except)}`, `SUBSTR(o.jti, 1, ${[...except].length + 1}) <> ${bound(`${except}.`)}`]
  // Other tokens may have ids of this length: they are merely the first, too.
  return sessionsAlone ? [...spared, 'LENGTH(o.jti) = 32'] : spared
}

function incomplete(): BlacklistUnavailableError {
  return new BlacklistUnavailableError("Some of the user's tokens could not be blacklisted: others are made all the time")
}
