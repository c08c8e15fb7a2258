// The demo's walk against an app that breaks its promise: it accepts what was revoked.
import { serve } from '../../../examples/demo/server.mjs'
import { playWalk } from '../../../examples/demo/walk.mjs'

const url = process.env.DATABASE_URL
const demo = await serve({ url, port: 0 })
demo.tokens.isBlacklisted = async () => false
process.exitCode = await playWalk({ ...demo, url })
await demo.close()
