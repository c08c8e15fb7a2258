import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Visit } from './visit'

const CSS = readFileSync(join(__dirname, 'admin.css'))

/** Changes with its content, so that no browser shows a page with an older one. */
export const STYLE_PATH = `/${createHash('sha256').update(CSS).digest('hex').slice(0, 16)}.css`

export async function sendStyle({ res }: Visit): Promise<void> {
  res.setHeader('Content-Type', 'text/css; charset=utf-8')
  res.setHeader('Content-Length', CSS.length)
  res.end(CSS)
}
