import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)
const ITERATIONS = 600_000

/** Django's PBKDF2PasswordHasher: `pbkdf2_sha256$iterations$salt$hash`. */
export async function hashPassword(password, salt = randomBytes(16).toString('hex'), iterations = ITERATIONS) {
  const hash = await derive(password, salt, iterations, 32, 'sha256')
  return `pbkdf2_sha256$${iterations}$${salt}$${hash.toString('base64')}`
}

export async function checkPassword(password, encoded) {
  const [algorithm, iterations, salt] = encoded.split('$')
  if (algorithm !== 'pbkdf2_sha256') return false
  const given = Buffer.from(await hashPassword(password, salt, Number(iterations)))
  const kept = Buffer.from(encoded)
  return given.length === kept.length && timingSafeEqual(given, kept)
}
