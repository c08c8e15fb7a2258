import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { passportJwtSecret } from 'jwks-rsa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { JwtBlacklistStrategy } from '../../../lib'
import { jwtFromRequest, useApps } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { claimsOf, signed } from '../../support/jwt'
import { ec, type Pair, rsa } from '../../support/keys'

interface Key extends Pair {
  kid: string
  alg: 'RS256' | 'ES256'
}

const newKey = (kid: string, alg: Key['alg'] = 'RS256'): Key => ({ kid, alg, ...(alg === 'RS256' ? rsa() : ec('prime256v1')) })

const sign = ({ kid, alg, privateKey }: Key, claims: Record<string, unknown> = {}) =>
  signed(claims, privateKey, { algorithm: alg, header: { alg, kid } })

/** A key server on a port that stays its own while it is down. */
async function keyServer(...keys: Key[]) {
  const state = { keys, status: 200, asked: 0 }
  const server = createServer((_req, res) => {
    state.asked++
    const jwks = state.keys.map(({ kid, alg, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }))
    res.writeHead(state.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: jwks }))
  })
  const listen = (port = 0) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen()
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(stop)
  return { state, jwksUri: `http://127.0.0.1:${port}/.well-known/jwks.json`, stop, start: () => listen(port) }
}

describe.each(DIALECTS)('keys of a key server (jwks-rsa) on %s', (dialect) => {
  const db = useDatabase(dialect)
  const start = useApps()
  const app = async (jwksUri: string, options: object = {}) => {
    const blacklist = db.make({ algorithm: 'RS256', signingKey: undefined, verifyingKey: rsa().publicKey })
    const secretOrKeyProvider = passportJwtSecret({ jwksUri, cache: true, rateLimit: false, ...options })
    const strategy = new JwtBlacklistStrategy(
      { blacklist, jwtFromRequest, secretOrKeyProvider, algorithms: ['RS256', 'ES256'] },
      (claims, done) => done(null, { id: claims.sub }),
    )
    return { blacklist, ...(await start(strategy)) }
  }

  test('are found by their id, and rotate', async () => {
    const [first, second, third] = [newKey('first'), newKey('second'), newKey('third', 'ES256')] as const
    const { state, jwksUri } = await keyServer(first)
    const { get } = await app(jwksUri)
    const old = sign(first)
    expect(await get(old)).toMatchObject({ status: 200, text: '{"id":"alice"}' })
    expect((await get(sign(second))).status).toBe(401)
    state.keys = [first, second]
    expect((await get(sign(second))).status).toBe(200)
    expect((await get(old)).status).toBe(200)
    state.keys = [second, third]
    expect((await get(sign(third))).status).toBe(200)
    expect((await get(sign({ ...third, kid: 'second' }))).status).toBe(401)
    // A key that was withdrawn is known until the cache forgets it.
    expect((await get(old)).status).toBe(200)
    expect((await (await app(jwksUri)).get(old)).status).toBe(401)
  })

  test('do not spare a token the blacklist', async () => {
    const key = newKey('key')
    const { jwksUri } = await keyServer(key)
    const { get, blacklist } = await app(jwksUri)
    const token = sign(key)
    expect((await get(token)).status).toBe(200)
    await blacklist.blacklist(claimsOf(token))
    expect((await get(token)).status).toBe(401)
    expect((await get(sign(key, { exp: undefined }))).status).toBe(401)
  })

  test('that are unknown are the fault of the token: 401', async () => {
    const { state, jwksUri } = await keyServer(newKey('key'))
    const { get, decide, errors } = await app(jwksUri)
    for (const kid of ['another', undefined]) {
      const token = sign({ ...newKey('x'), kid: kid as string })
      expect(await get(token)).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
      expect((await decide(token)).info).toMatchObject({ code: 'ERR_TOKEN_INVALID' })
    }
    expect(errors).toEqual([])
    const { asked } = state
    expect((await get('garbage')).status).toBe(401)
    expect((await get(signed())).status).toBe(401)
    expect(state.asked).toBe(asked)
  })

  test('that cannot be got are not: 503, until the server is back', async () => {
    const key = newKey('key')
    const { state, jwksUri, stop, start: startAgain } = await keyServer(key)
    const { get, errors } = await app(jwksUri)
    await stop()
    expect(await get(sign(key))).toMatchObject({ status: 503, retryAfter: '1', challenge: null })
    await startAgain()
    state.status = 500
    expect((await get(sign(key))).status).toBe(503)
    expect(errors).toMatchObject(Array(2).fill({ code: 'ERR_KEY_UNAVAILABLE', cause: expect.any(Error) }))
    state.status = 200
    expect((await get(sign(key))).status).toBe(200)
    // What is in the cache needs no server.
    await stop()
    expect((await get(sign(key))).status).toBe(200)
    expect((await get(sign(newKey('another')))).status).toBe(503)
  })
})
