import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

export interface Folder {
  path: string
  write(file: string, text: string): void
}

/** An empty folder for each test. */
export function useFolder(): Folder {
  const folder = {
    write(file: string, text: string) {
      const path = join(folder.path, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    },
  } as Folder
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'pjb-folder-'))
  })
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }))
  return folder
}
