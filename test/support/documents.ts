import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './linked-app'

/** A file of this repository, by its path from the top. */
export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** The programs in a Markdown text that are of this language. */
export function blocks(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')
  return [...markdown.matchAll(pattern)].map(([, code]) => code as string)
}

/** The rows of the first table under a heading, each a list of its cells. */
export function tableUnder(markdown: string, heading: string): string[][] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))
  if (!section) throw new Error(`There is no heading ${heading}`)
  const lines = section.split('\n')
  const start = lines.findIndex((line) => /^\| ?---/.test(line)) + 1
  const rows = lines.slice(start, start + lines.slice(start).findIndex((line) => !line.startsWith('|')))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
