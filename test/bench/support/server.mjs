// node server.mjs <database URL>: an Express app with a route for each contender. Says its port, and ends with its parent's channel.
import express from 'express'
import passport from 'passport'
import { Sequelize } from 'sequelize'
import { withCheck, withoutCheck } from './contenders.mjs'

const connect = () => new Sequelize(process.argv[2], { logging: false })
const { contenders, close } = await withCheck({ connect })
const app = express()
const routes = Object.entries({ ...withoutCheck(), ...contenders }).map(([name, strategy], index) => {
  passport.use(name, strategy)
  app.get(`/${index}`, passport.authenticate(name, { session: false }), (req, res) => res.json({ sub: req.user.sub }))
  return [name, `/${index}`]
})
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, routes: Object.fromEntries(routes) }))
process.once('disconnect', () => close().finally(() => process.exit()))
