export type { AdminHandler, AdministeredTokens, AdminOptions } from './options'
export { adminRoutes } from './router'
