import 'reflect-metadata'
import { Controller, Get, Inject, Injectable, Module, Req, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport'
import type { Request } from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { JwtBlacklistStrategy, type TokenBlacklist } from '../../../lib'
import { jwtFromRequest, request } from '../../support/app'
import { useDatabase } from '../../support/blacklist'
import { DIALECTS } from '../../support/databases'
import { signed } from '../../support/jwt'

/** What the guard learnt: NestJS apps read it in `handleRequest`. */
const infos: unknown[] = []

class JwtGuard extends AuthGuard('jwt') {
  override handleRequest<User>(error: unknown, user: User, info: unknown, ...rest: [never, never]): User {
    infos.push(info)
    return super.handleRequest(error, user, info, ...rest)
  }
}

class Me {
  get(request: Request): unknown {
    return request.user
  }
}

// By hand what decorators do, for which the tests' compiler is not set up.
Controller('me')(Me)
UseGuards(JwtGuard)(Me)
Get()(Me.prototype, 'get', Object.getOwnPropertyDescriptor(Me.prototype, 'get') as PropertyDescriptor)
Req()(Me.prototype, 'get', 0)

function moduleWith(blacklist: TokenBlacklist) {
  class AppStrategy extends PassportStrategy(JwtBlacklistStrategy) {
    constructor(tokens: TokenBlacklist) {
      super({ blacklist: tokens, jwtFromRequest })
    }
    async validate(claims: { sub: string }) {
      if (claims.sub === 'broken') throw new Error('of the app')
      return claims.sub === 'nobody' ? null : { id: claims.sub }
    }
  }
  Injectable()(AppStrategy)
  Inject('tokens')(AppStrategy, undefined, 0)
  class AppModule {}
  Module({
    imports: [PassportModule],
    controllers: [Me],
    providers: [AppStrategy, { provide: 'tokens', useValue: blacklist }],
  })(AppModule)
  return AppModule
}

describe.each(DIALECTS)('a NestJS app on %s', (dialect) => {
  const db = useDatabase(dialect)
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close()
  })

  async function start(blacklist: TokenBlacklist) {
    const app = await NestFactory.create(moduleWith(blacklist), { logger: false })
    open.push(app)
    await app.listen(0, '127.0.0.1')
    const url = await app.getUrl()
    infos.length = 0
    return (encoded?: string) => request(url, '/me', encoded)
  }

  test('accepts, and refuses with the reason', async () => {
    const blacklist = db.make()
    const get = await start(blacklist)
    const token = signed()
    expect(await get(token)).toMatchObject({ status: 200, text: '{"id":"alice"}', challenge: null })
    await blacklist.blacklist(token)
    expect(await get(token)).toMatchObject({
      status: 401,
      text: '{"message":"Unauthorized","statusCode":401}',
      challenge: 'Bearer realm="api", error="invalid_token", error_description="Token is blacklisted"',
    })
    expect(await get()).toMatchObject({ status: 401, challenge: 'Bearer realm="api"' })
    expect((await get(signed({ exp: 1 }))).status).toBe(401)
    expect((await get(signed({ sub: 'nobody' }))).status).toBe(401)
    const [accepted, ...refused] = infos as ({ name: string; message: string; code: string } | undefined)[]
    expect(accepted).toBeUndefined()
    expect(refused.map((info) => info && [info.name, info.message, info.code])).toEqual([
      ['TokenError', 'Token is blacklisted', 'ERR_TOKEN_BLACKLISTED'],
      ['Error', 'No auth token', 'ERR_TOKEN_MISSING'],
      ['TokenExpiredError', 'jwt expired', 'ERR_TOKEN_EXPIRED'],
      undefined,
    ])
  })

  test('answers 500 where validate fails, and goes on', async () => {
    const get = await start(db.make())
    expect((await get(signed({ sub: 'broken' }))).status).toBe(500)
    expect((await get(signed())).status).toBe(200)
  })

  test('answers 503 where nobody can tell, and tells clients nothing of the database', async () => {
    const get = await start(db.make({ sequelize: db.database.connect(), tableNames: { blacklistedTokens: 'there_is_none' } }))
    const { status, text } = await get(signed())
    expect(status).toBe(503)
    expect(JSON.parse(text)).toEqual({ statusCode: 503, message: 'Service Unavailable' })
  })
})
