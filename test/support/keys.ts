import { generateKeyPairSync, type KeyObject, type RSAPSSKeyPairKeyObjectOptions } from 'node:crypto'

/** Its types ask for PEM. */
type Options = RSAPSSKeyPairKeyObjectOptions

export interface Pair {
  privateKey: KeyObject
  publicKey: KeyObject
}

export const rsa = (modulusLength = 2048): Pair => generateKeyPairSync('rsa', { modulusLength })
export const rsaPss = (hashAlgorithm: string): Pair =>
  generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm, mgf1HashAlgorithm: hashAlgorithm } as object as Options)
export const ec = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve })

/** A key as PEM, as it stands in a file or an environment variable. */
export function pem(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }))
}
