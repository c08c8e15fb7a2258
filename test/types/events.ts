// Compiled, never run: what TypeScript knows about the events.
import { once } from 'node:events'
import type { TokenBlacklist, TokenBlacklistEvents } from '../../lib'

declare const tokens: TokenBlacklist
declare function warn(userId: string | null, sid: string | null, jti: string): void

tokens
  .on('issued', ({ userId, sid, jti, tokenType }) => warn(userId, sid, jti + tokenType.length))
  .on('refreshed', ({ userId, sid, jti, repeated }) => repeated === true && warn(userId, sid, jti))
  .on('blacklisted', ({ userId, sid, jti }) => warn(userId, sid, jti))
  .on('userBlacklisted', ({ userId, except, count }) => warn(userId, except, count.toFixed()))
  .once('reuse', async ({ userId, sid, jti }) => warn(userId, sid, jti))
  .on('flushed', ({ deleted }) => deleted.toFixed())
  .on('error', (error) => String(error))

const onReuse = ({ jti }: TokenBlacklistEvents['reuse'][0]) => jti.length
tokens.on('reuse', onReuse).off('reuse', onReuse)
once(tokens, 'flushed').then(([event]) => event)

// @ts-expect-error: a theft that nobody hears of
tokens.on('re-use', () => {})
// @ts-expect-error: no such field
tokens.on('reuse', ({ user }) => user)
// @ts-expect-error: a number is no name
tokens.on('flushed', ({ deleted }) => deleted.length)
// @ts-expect-error: not the event's
tokens.once('issued', ({ repeated }) => repeated)
