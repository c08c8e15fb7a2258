/** A URL with credentials, and an encoded token or the beginning of one: base64url of `{"`. */
const SECRETS: [RegExp, string][] = [
  [/\b[a-z][a-z\d+.-]*:\/\/[^\s'"]*@[^\s'"]*/gi, '(a URL)'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '(a token)'],
]

/** The text without the passwords and tokens that a message may have taken from its cause. */
export function masked(text: string): string {
  return SECRETS.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text)
}
