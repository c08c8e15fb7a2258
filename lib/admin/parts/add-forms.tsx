import { longestLifetime } from '../../tokens/longest-lifetime'
import type { Visit } from '../visit'
import { PostForm } from './post-form'
import { spoken } from './text'

/** What was typed, and could not be done. Not the token. */
export interface AddAttempt {
  jti: string
  expires: string
  problem: string
}

/** Two ways to blacklist a token that is on no list here. */
export function AddForms({ visit, attempt }: { visit: Visit; attempt: AddAttempt | undefined }) {
  const { settings } = visit.admin.tokens
  const problem = attempt ? { 'aria-describedby': 'problem' } : {}
  return (
    <details class="card" open={attempt !== undefined}>
      <summary>Add a token</summary>
      {attempt && (
        <p class="flash failed" id="problem" role="alert">
          {attempt.problem}
        </p>
      )}
      <div class="columns">
        <PostForm visit={visit} to="/blacklisted" class="stack">
          <h2>By its id</h2>
          <label>
            Token id (jti), or a session's id
            <input name="jti" value={attempt?.jti} required maxlength={255} autocomplete="off" spellcheck={false} {...problem} />
          </label>
          <label>
            Expires (UTC), if that is later than known here
            <input type="datetime-local" name="expires" value={attempt?.expires} aria-describedby="expires-hint" />
          </label>
          <p class="muted" id="expires-hint">
            Left empty, it stays on the list for {spoken(longestLifetime(settings))}, the longest that a token issued now can be
            accepted.
          </p>
          <button type="submit" class="danger">
            Blacklist this id
          </button>
        </PostForm>
        <PostForm visit={visit} to="/blacklisted" class="stack">
          <h2>By the token itself</h2>
          <label>
            Encoded token
            <textarea
              name="token"
              rows={4}
              required
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              aria-describedby="token-hint"
            />
          </label>
          <p class="muted" id="token-hint">
            It is verified, and neither kept nor shown again. A refresh token ends its whole session, an access token itself
            alone.
          </p>
          <button type="submit" class="danger">
            Blacklist this token
          </button>
        </PostForm>
      </div>
    </details>
  )
}
