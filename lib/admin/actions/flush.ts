import { flushPage, lineOf, PROGRESS } from '../pages/flush'
import { render } from '../parts/document'
import { postedForm } from '../post'
import { Problem } from '../problem'
import type { Visit } from '../visit'

/** Milliseconds between two lines: a flush of millions of rows must not make as many lines as it has batches. */
const PACE = 250

/**
 * Flushes, and shows its progress line by line as it goes on. It ends with the page: whoever leaves stops it after its batch, and
 * what it did not get to, the next one does.
 */
export async function flushNow(visit: Visit): Promise<void> {
  await postedForm(visit)
  const { admin } = visit
  if (admin.flushing)
    throw new Problem(409, 'A flush is running', 'Somebody else has started one here, and it has not ended yet.')
  admin.flushing = true
  try {
    // A database that is down is told before the answer begins.
    const { waiting } = await admin.tokens.listing.overview()
    await stream(visit, waiting.capped ? undefined : waiting.count)
  } finally {
    admin.flushing = false
  }
}

async function stream(visit: Visit, expected: number | undefined): Promise<void> {
  const { res, admin } = visit
  // Whoever left while the rows were counted has left the flush too.
  if (res.headersSent || res.closed) return
  const { settings } = admin.tokens
  const [before, after] = render(visit, flushPage(visit)).split(PROGRESS)
  const left = new AbortController()
  res.once('close', () => left.abort())
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  // Nginx would keep it back until its end.
  res.setHeader('X-Accel-Buffering', 'no')
  write(visit, before + lineOf({ deleted: 0, expected, state: 'running' }))
  let [deleted, told] = [0, 0]
  const onProgress = (count: number) => {
    deleted = count
    if (Date.now() - told < PACE) return
    told = Date.now()
    write(visit, lineOf({ deleted, expected, state: 'running' }))
  }
  try {
    deleted = await admin.tokens.flushExpiredTokens({ signal: left.signal, onProgress })
    write(visit, lineOf({ deleted, expected, state: 'done' }))
  } catch (error) {
    if (left.signal.aborted) return
    settings.logger.error('passport-jwt-blacklist: the flush that the admin started failed', error)
    write(visit, lineOf({ deleted, expected, state: 'failed' }))
  }
  res.end(after)
}

/** What compresses the app's answers has a method `flush`, and would keep the lines back. */
function write({ res }: Visit, html: string): void {
  res.write(html)
  ;(res as { flush?: () => void }).flush?.()
}
