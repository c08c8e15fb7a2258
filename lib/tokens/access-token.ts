import { Token } from './token'

/** Grants access for a short time. Not recorded, until it is blacklisted. */
export class AccessToken extends Token {
  static override readonly tokenType: string = 'access'

  static override lifetime(): number {
    return this.context.settings.accessTokenLifetime
  }
}
