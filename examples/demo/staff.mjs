import { randomBytes } from 'node:crypto'
import { parse } from 'cookie'
import express from 'express'

/** A real app asks its database, which holds a hash of the password. */
const STAFF = { username: 'staff', password: 'cheshire' }
const COOKIE = 'staff_session'

/** Who is logged in as staff, by a session of the demo's own; they end with the process. */
const sessions = new Map()

/** Whoever of the staff made this request; undefined where it was somebody else. */
export function staffOf(req) {
  return sessions.get(parse(req.headers.cookie ?? '')[COOKIE])
}

/** Leads everybody else to the login. */
export function requireStaff(req, res, next) {
  if (staffOf(req)) next()
  else res.redirect(303, '/staff/login')
}

export function staffRoutes() {
  const router = express.Router()
  router.get('/login', (_req, res) => res.send(loginPage('')))
  router.post('/login', express.urlencoded({ extended: false }), (req, res) => {
    const { username, password } = req.body ?? {}
    if (username !== STAFF.username || password !== STAFF.password) {
      return res.status(401).send(loginPage('<p role="alert">That is not the right username and password.</p>'))
    }
    const id = randomBytes(24).toString('base64url')
    sessions.set(id, { username })
    res.cookie(COOKIE, id, { httpOnly: true, sameSite: 'strict' })
    res.redirect(303, '/admin/tokens')
  })
  return router
}

function loginPage(problem) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Staff login</title>
    <link rel="stylesheet" href="/demo.css" />
  </head>
  <body>
    <main>
      <h1>Staff login</h1>
      ${problem}
      <form method="post">
        <label>Username <input name="username" autocomplete="username" required autofocus /></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
        <button type="submit">Log in</button>
      </form>
    </main>
  </body>
</html>`
}
