export const PACKAGE = 'passport-jwt-blacklist'
