// What the main package loads, and then the admin.
const of = (part) => Object.keys(require.cache).filter((path) => part.test(path.replaceAll('\\', '/'))).length
const ADMIN = /\/dist\/lib\/admin\/|\/node_modules\/(preact|preact-render-to-string|csrf)\//
const { TokenBlacklist } = require('passport-jwt-blacklist')
const before = of(ADMIN)
const { adminRoutes } = require('passport-jwt-blacklist/admin')
console.log(JSON.stringify([typeof TokenBlacklist, before, typeof adminRoutes, of(ADMIN) > 10]))
