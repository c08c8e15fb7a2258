import { renderToString } from 'preact-render-to-string'
import type { DocumentProps } from '../parts/document'
import type { Visit } from '../visit'

/** Where the lines go that tell the progress. Nothing else on the page could say it: the mount path, a client's, has no spaces. */
export const PROGRESS = '[the progress]'

/** The page around them. Each line takes the place of the one before it, by a rule of the style sheet. */
export function flushPage({ base }: Visit): DocumentProps {
  const body = (
    <section class="card">
      <div class="progress" role="log" aria-label="Progress">
        {PROGRESS}
      </div>
      <p>
        <a href={`${base}/`}>Back to the overview</a>
      </p>
    </section>
  )
  return { title: 'Flush', section: '', body }
}

interface Progress {
  deleted: number
  /** How many there were to delete when it began; undefined where these are too many to count. */
  expected: number | undefined
  state: 'running' | 'done' | 'failed'
}

export function lineOf({ deleted, expected, state }: Progress): string {
  const rows = `${deleted.toLocaleString('en')} expired ${deleted === 1 ? 'token' : 'tokens'}`
  return renderToString(
    <div class="line">
      {state === 'running' && (
        <>
          {expected === undefined ? (
            <progress aria-label="Deleted" />
          ) : (
            <progress aria-label="Deleted" max={Math.max(expected, 1)} value={Math.min(deleted, expected)} />
          )}
          <p>Deleted {rows} so far. Leaving this page stops it.</p>
        </>
      )}
      {state === 'done' && <p class="flash">Done. Deleted {rows}.</p>}
      {state === 'failed' && (
        <p class="flash failed">
          It failed after it had deleted {rows}. The reason is in the app's log. The next flush goes on from here.
        </p>
      )}
    </div>,
  )
}
