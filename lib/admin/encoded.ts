/** Where an encoded token begins, base64url of `{"`; its end may have been cut off by a field's `maxlength`. */
const TOKEN = /^\s*(Bearer\s+)?eyJ([\w-]*\.|[\w-]{60})/i

/** Whether it is a token, or most of one, where an id belongs. It must then not be kept or shown. */
export function looksEncoded(text: string): boolean {
  return TOKEN.test(text)
}
