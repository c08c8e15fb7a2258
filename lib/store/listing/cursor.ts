import { CursorError } from '../../errors'
import { momentOf } from './dialect'

/**
 * What a list is ordered by: the tokens' ids, descending or ascending; the blacklisted rows' ids, descending; the expiry and the
 * token's id, both descending or both ascending.
 */
export type Order = 'youngest' | 'oldest' | 'blacklisted' | 'active' | 'expired'

export function isAscending(order: Order): boolean {
  return order === 'oldest' || order === 'expired'
}

function isByExpiry(order: Order): boolean {
  return order === 'active' || order === 'expired'
}

/** The place of a row in its order: ids in digits, moments as the database writes them. */
export interface Place {
  id: string
  /** Where the order is one of expiries. */
  expiry?: string | undefined
}

/** Where a page begins: with what comes after this place, or ends: with what comes before it. */
export interface Cursor extends Place {
  towards: 'next' | 'previous'
}

export function encodeCursor(order: Order, { towards, id, expiry }: Cursor): string {
  const fields = [order, towards, id, ...(expiry === undefined ? [] : [expiry])]
  return Buffer.from(JSON.stringify(fields)).toString('base64url')
}

/** @throws CursorError */
export function decodeCursor(order: Order, text: string): Cursor {
  const [of, towards, id, expiry, ...rest] = fieldsOf(text)
  if (of !== order || (towards !== 'next' && towards !== 'previous') || !isId(id) || rest.length > 0) throw new CursorError()
  if (!isByExpiry(order) && expiry === undefined) return { towards, id }
  if (!isByExpiry(order) || !isMoment(expiry)) throw new CursorError()
  return { towards, id, expiry }
}

const MAX_LENGTH = 200
export const MAX_ID = 2n ** 63n - 1n

function fieldsOf(text: unknown): unknown[] {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) throw new CursorError()
  try {
    const fields: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(fields) ? fields : []
  } catch {
    return []
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^-?[0-9]{1,19}$/.test(value) && BigInt(value) < MAX_ID && BigInt(value) > -MAX_ID
}

const MOMENT = /^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3,6}( \+00:00)?$/

/** Whether every database takes it: Date alone would make March of the 30th of February. */
function isMoment(value: unknown): value is string {
  if (typeof value !== 'string' || !MOMENT.test(value)) return false
  const date = momentOf(value)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 23).replace('T', ' ') === value.slice(0, 23)
}
