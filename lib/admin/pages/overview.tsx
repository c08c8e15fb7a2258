import { flushMarginOf, LATE_FLUSH } from '../../flush-margin'
import type { Overview } from '../../store/listing/types'
import type { Page } from '../answer'
import { Expiring } from '../parts/expiring'
import { PostForm } from '../parts/post-form'
import { type Counted, counted, spoken, When } from '../parts/text'
import type { Visit } from '../visit'

export function overviewPage(visit: Visit, overview: Overview): Page {
  const { base } = visit
  const body = (
    <>
      <ul class="figures">
        <Figure name="Outstanding" count={overview.outstanding} href={`${base}/outstanding`} />
        <Figure name="Blacklisted" count={overview.blacklisted} href={`${base}/blacklisted`} />
        <Figure name="Expired" count={overview.expired} href={`${base}/outstanding?filter=expired`} />
        <Figure name="Waiting for the flush" count={overview.waiting} />
      </ul>
      <FlushState visit={visit} overview={overview} />
      <Expiring days={overview.expiring} />
    </>
  )
  return { title: 'Overview', section: '', body }
}

function Figure({ name, count, href }: { name: string; count: Counted; href?: string }) {
  return (
    <li>
      {href === undefined ? <span>{name}</span> : <a href={href}>{name}</a>}
      <strong>{counted(count)}</strong>
    </li>
  )
}

function FlushState({ visit, overview: { oldestExpired } }: { visit: Visit; overview: Overview }) {
  const { settings, lastFlush, nextFlush } = visit.admin.tokens
  const margin = flushMarginOf(settings)
  const waited = oldestExpired ? (settings.clock() - oldestExpired.getTime()) / 1000 - margin : 0
  const late = waited > LATE_FLUSH
  return (
    <section class="card" aria-labelledby="flush">
      <h2 id="flush">Flush</h2>
      <p class="lead">It deletes what expired long enough ago that nobody could use it any more.</p>
      <p class={late ? 'flash failed' : 'flash'}>
        {late
          ? `It does not keep up: the oldest expired row has waited ${spoken(waited)} for a flush. Look whether any process flushes, and at its log.`
          : oldestExpired
            ? `It keeps up: the oldest expired row has waited ${spoken(waited)} for it, whichever process does it.`
            : 'It keeps up: no row is waiting for it.'}
      </p>
      <dl>
        <dt>Rows are kept for</dt>
        <dd>{spoken(margin)} after they have expired</dd>
        <dt>This process last flushed</dt>
        <dd>
          {lastFlush ? (
            <>
              <When at={lastFlush.at} />, {counted({ count: lastFlush.deleted, capped: false })} deleted
            </>
          ) : (
            'not since it was started'
          )}
        </dd>
        <dt>This process flushes next</dt>
        <dd>
          {nextFlush ? (
            <>
              <When at={nextFlush} /> at the earliest
            </>
          ) : (
            'never: it has no flush schedule'
          )}
        </dd>
      </dl>
      <PostForm visit={visit} to="/flush">
        <button type="submit">Flush now</button>
      </PostForm>
    </section>
  )
}
