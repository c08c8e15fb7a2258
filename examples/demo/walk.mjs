import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { Client, check, WalkError } from './exchange.mjs'

const CREDENTIALS = { username: 'alice', password: 'wonderland' }
const TWO_DAYS = 2 * 86_400

/**
 * Plays the walk-through against a running demo, prints each request and answer, and checks each.
 * @returns the exit code: 0, or 1 where something was not as promised
 */
export async function playWalk({ base, tokens, url, print = console.log }) {
  const walk = { client: new Client(base, print), tokens, url, print }
  for (const [index, [title, step]] of STEPS.entries()) {
    print(`\n${index + 1}. ${title}`)
    try {
      await step(walk)
    } catch (error) {
      print(`✗ ${error instanceof WalkError ? `Promised was ${error.message}.` : explained(error)}`)
      return 1
    }
    print('✓')
  }
  print(`\nAll ${STEPS.length} steps were as promised.`)
  return 0
}

const STEPS = [
  ['Without a token nobody is let in.', ({ client }) => client.get('/me', { status: 401 })],
  [
    'A wrong password gives no tokens.',
    ({ client }) => client.post('/api/token', { ...CREDENTIALS, password: 'looking-glass' }, { status: 401 }),
  ],
  ['Log in.', logIn],
  ['The access token is accepted.', askWhoIAm],
  [
    'So it is by the verify route.',
    ({ client, pair }) => client.post('/api/token/verify', { token: pair.access }, { status: 200 }),
  ],
  ['Exchange the refresh token for a new pair.', exchange],
  ['Asked again at once, as by a second tab, the old one gives the same successor.', askAgain],
  ['The new access token is accepted.', askWhoIAm],
  [
    'Log out: blacklist the refresh token, which ends its session.',
    ({ client, pair }) => client.post('/api/token/blacklist', { refresh: pair.refresh }, { status: 200 }),
  ],
  ['The access token is refused at once.', refuseAccess],
  ['The refresh token is refused.', ({ client, pair }) => refuseRefresh(client, pair.refresh)],
  ['The verify route refuses the access token too.', refuseVerify],
  ['Log in once more; blacklisting an exchanged token ends what followed from it.', endByOldToken],
  ['The flush deletes what has expired.', flush],
  ['What was revoked stays revoked after the flush.', refuseAccess],
]

async function logIn(walk) {
  const { body } = await walk.client.post('/api/token', CREDENTIALS, { status: 200 })
  checkPair(body)
  walk.pair = body
}

async function askWhoIAm({ client, pair }) {
  const { body } = await client.get('/me', { bearer: pair.access, status: 200 })
  check(isDeepStrictEqual(body, { id: '1', username: 'alice' }), 'the user alice')
}

async function exchange(walk) {
  walk.old = walk.pair
  const { body } = await walk.client.post('/api/token/refresh', { refresh: walk.old.refresh }, { status: 200 })
  checkPair(body)
  check(body.refresh !== walk.old.refresh && body.access !== walk.old.access, 'two new tokens')
  walk.pair = body
}

async function refuseRefresh(client, refresh) {
  const { body } = await client.post('/api/token/refresh', { refresh }, { status: 401 })
  check(isDeepStrictEqual(body, { detail: 'Token is blacklisted', code: 'token_not_valid' }), 'the reason, in the body')
}

async function refuseAccess({ client, pair, print }) {
  const { headers } = await client.get('/me', { bearer: pair.access, status: 401 })
  const challenge = headers.get('WWW-Authenticate') ?? ''
  print(`  WWW-Authenticate: ${challenge}`)
  check(/^Bearer .*error="invalid_token", error_description="Token is blacklisted"$/.test(challenge), 'the reason, in a header')
}

async function refuseVerify({ client, pair }) {
  const { body } = await client.post('/api/token/verify', { token: pair.access }, { status: 400 })
  check(isDeepStrictEqual(body, { non_field_errors: ['Token is blacklisted'] }), 'the reason, in the body')
}

async function askAgain({ client, old, pair }) {
  const { body } = await client.post('/api/token/refresh', { refresh: old.refresh }, { status: 200 })
  check(body.refresh === pair.refresh, 'the same refresh token')
}

async function endByOldToken({ client }) {
  const { body: first } = await client.post('/api/token', CREDENTIALS, { status: 200 })
  const { body: second } = await client.post('/api/token/refresh', { refresh: first.refresh }, { status: 200 })
  await client.post('/api/token/blacklist', { refresh: first.refresh }, { status: 401 })
  await refuseRefresh(client, second.refresh)
  await client.get('/me', { bearer: second.access, status: 401 })
}

async function flush({ tokens, url, print }) {
  const jti = `walk-${randomUUID()}`
  await tokens.outstand({ jti, exp: Math.floor(Date.now() / 1000) - TWO_DAYS })
  print('  (A token that expired two days ago was recorded.)')
  print('$ npx passport-jwt-blacklist flush')
  // What npx would run, without asking a registry.
  const { stdout, stderr, status } = spawnSync(process.execPath, ['dist/lib/cli/main.js', 'flush'], {
    env: { ...process.env, DATABASE_URL: url },
    encoding: 'utf8',
  })
  print((stderr + stdout).trimEnd())
  check(status === 0 && /^Deleted [1-9]\d* expired tokens?\.$/m.test(stdout), 'at least one token deleted')
  check((await tokens.models.OutstandingToken.count({ where: { jti } })) === 0, 'the expired token gone from its table')
}

function checkPair({ access, refresh }) {
  check(typeof access === 'string' && typeof refresh === 'string', 'an access token and a refresh token')
}

/** `fetch` says why it failed in the cause alone. */
function explained(error) {
  return [error, error.cause].filter(Boolean).join(': ')
}
