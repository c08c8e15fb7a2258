import { createPublicKey } from 'node:crypto'

/**
 * Whether a secret is, by its form, the key of a key pair: PEM, DER (bare or in base64), JWK or OpenSSH. A public key is public:
 * whoever has it could sign with it as a secret (RFC 8725 section 2.1).
 */
export function looksLikeKeyOfPair(secret: Buffer): boolean {
  const text = secret.toString('latin1').replaceAll('\0', '').trim()
  if (text.includes('-----BEGIN ') || /^(ssh|ecdsa)-/.test(text)) return true
  if (text.startsWith('{') && /"kty"\s*:/.test(text)) return true
  return isDer(secret) || (/^[\w+/-]+={0,2}$/.test(text.replaceAll(/\s/g, '')) && isDer(Buffer.from(text, 'base64')))
}

function isDer(bytes: Buffer): boolean {
  // A SEQUENCE, as every such key begins; it spares most secrets the attempts.
  if (bytes[0] !== 0x30) return false
  return (['spki', 'pkcs1'] as const).some((type) => {
    try {
      createPublicKey({ key: bytes, format: 'der', type })
      return true
    } catch {
      return false
    }
  })
}
