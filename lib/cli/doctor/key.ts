import { resolveKeys, type SupportedAlgorithm } from '../../keys'
import { type Finding, ok, skipped, wrong } from './finding'

export interface KeyArguments {
  signingKeyEnv?: string
  algorithm: SupportedAlgorithm
}

const NEW_SECRET = 'Make a new one: openssl rand -base64 48. All tokens are then refused, and everybody logs in again.'

/** What whoever guesses keys tries first: jwt.io's, and what Django writes into a new project. */
const KNOWN = [/^a-string-secret-at-least-256-bits-long$/, /^django-insecure-/]

/** What environment variables are called, and no key is. */
const NAME = /^[A-Z_][A-Z\d_]{0,30}$/

/** A random key has more different characters, even where it is written in digits. */
const LEAST_DIFFERENT = 8

/** Whether the key in that environment variable can be guessed, or does not fit the algorithm. It is never shown. */
export function checkKey({ signingKeyEnv: name, algorithm }: KeyArguments): Finding {
  if (name === undefined) return skipped('key', 'give --signing-key-env with the name of the environment variable that has it')
  const key = process.env[name]
  if (!key) {
    const shown = NAME.test(name) ? name : 'of the name that you gave, which may be the key itself and is not shown,'
    return wrong('key', `the environment variable ${shown} is not set`, 'Set it as the app has it, or give the right name.')
  }
  if (algorithm.startsWith('HS')) {
    const weakness = weaknessOf(key, Number(algorithm.slice(2)) / 8)
    if (weakness) return wrong('key', `the key in ${name} ${weakness}`, NEW_SECRET)
  }
  try {
    resolveKeys({ algorithm, signingKey: key })
  } catch (error) {
    return wrong(
      'key',
      `the key in ${name} cannot be used: ${(error as Error).message}`,
      `Give the right key, or the app's --algorithm.`,
    )
  }
  return ok('key', `the one in ${name} is fit for ${algorithm}`)
}

/** @param wanted how many bytes at least, as RFC 7518 section 3.2 has it */
function weaknessOf(key: string, wanted: number): string | undefined {
  const size = Buffer.byteLength(key)
  if (size < wanted) return `has ${size} bytes, and should have ${wanted} at least: it can be guessed from a single token`
  if (KNOWN.some((pattern) => pattern.test(key))) return 'is one that everybody knows'
  if (new Set(key).size < LEAST_DIFFERENT) return 'is not random: it repeats a few characters'
  return undefined
}
