// Compiled by `npm run types`, never run: that the types accept what they should, and nothing else.
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PassportStrategy } from '@nestjs/passport'
import passport from 'passport'
import { ExtractJwt, type StrategyOptions, type StrategyOptionsWithoutRequest } from 'passport-jwt'
import {
  JwtBlacklistStrategy,
  type JwtBlacklistStrategyOptions,
  type JwtBlacklistStrategyOptionsWithRequest,
  type TokenBlacklist,
} from '../../lib'

declare const blacklist: TokenBlacklist
declare const key: KeyObject
const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
const options = { blacklist, jwtFromRequest }

passport.use(new JwtBlacklistStrategy(options, (claims, done) => done(null, { id: claims.sub })))
passport.use('api', new JwtBlacklistStrategy(options, async (_claims, done) => done(null, false, { message: 'no' })))

// passReqToCallback: absent, false or undefined; and true.
new JwtBlacklistStrategy({ ...options, passReqToCallback: false }, (claims, done) => done(null, claims))
new JwtBlacklistStrategy({ ...options, passReqToCallback: undefined }, (claims, done) => done(null, claims))
new JwtBlacklistStrategy({ ...options, passReqToCallback: true }, (request: IncomingMessage, claims, done) => {
  done(null, { path: request.url, id: claims.sub })
})
const withRequest: JwtBlacklistStrategyOptionsWithRequest = { ...options, passReqToCallback: true }
new JwtBlacklistStrategy(withRequest, (_request, claims, done) => done(null, claims))
// @ts-expect-error the request is not passed
new JwtBlacklistStrategy({ ...options, passReqToCallback: false }, (_request, claims, done) => done(null, claims))

// The key: of every kind, or found for each token, or the blacklist's.
for (const secretOrKey of ['secret', Buffer.from('secret'), key, createSecretKey(Buffer.from('secret')), undefined]) {
  new JwtBlacklistStrategy({ ...options, secretOrKey }, () => {})
}
new JwtBlacklistStrategy({ ...options, secretOrKeyProvider: (_request, _token, done) => done(null, 'secret') }, () => {})
// @ts-expect-error a number is no key
new JwtBlacklistStrategy({ ...options, secretOrKey: 5 }, () => {})

// What passport-jwt takes, and ours.
const all: JwtBlacklistStrategyOptions = {
  ...options,
  issuer: ['me'],
  audience: 'here',
  algorithms: ['HS256'],
  jsonWebTokenOptions: { complete: true, maxAge: '1h', clockTolerance: 5 },
  jti: 'digest',
  tokenTypes: ['access'],
  realm: 'api',
}
new JwtBlacklistStrategy(all, () => {})
declare const existing: StrategyOptionsWithoutRequest
new JwtBlacklistStrategy({ ...existing, blacklist }, (claims, done) => done(null, claims))
declare const either: Extract<StrategyOptions, { passReqToCallback: true }>
new JwtBlacklistStrategy({ ...either, blacklist }, (_request, claims, done) => done(null, claims))

// @ts-expect-error the blacklist is required
new JwtBlacklistStrategy({ jwtFromRequest }, () => {})
// @ts-expect-error where the token is must be said
new JwtBlacklistStrategy({ blacklist }, () => {})
// @ts-expect-error one of two
new JwtBlacklistStrategy({ ...options, jti: 'optional' }, () => {})
// @ts-expect-error verify is required
new JwtBlacklistStrategy(options)

export class NestStrategy extends PassportStrategy(JwtBlacklistStrategy) {
  constructor() {
    super(options)
  }
  validate(claims: { sub: string }): { id: string } {
    return { id: claims.sub }
  }
}
export class NamedNestStrategy extends PassportStrategy(JwtBlacklistStrategy, 'api') {
  constructor(readonly clock: () => number) {
    super({ ...options, passReqToCallback: true })
  }
  validate(request: IncomingMessage, claims: { sub: string }): unknown {
    return { path: request.url, id: claims.sub }
  }
}
