import type { ComponentChildren } from 'preact'
import { type Flash, setFlash, takeFlash } from './flash'
import { render } from './parts/document'
import type { Section } from './parts/layout'
import type { Problem } from './problem'
import type { Visit } from './visit'

export interface Page {
  status?: number
  title: string
  /** The part of the admin to which the page belongs. */
  section: Section
  body: ComponentChildren
}

export function sendPage(visit: Visit, { status = 200, title, section, body }: Page): void {
  const { res } = visit
  // The app may have answered meanwhile, by a time limit of its own.
  if (res.headersSent) return
  const html = render(visit, { title, section, body, flash: status === 200 ? takeFlash(visit) : undefined })
  res.statusCode = status
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Content-Length', Buffer.byteLength(html))
  res.end(html)
}

export function sendProblem(visit: Visit, section: Section, { status, title, message }: Problem): void {
  const body = (
    <>
      <p>{message}</p>
      <p>
        <a href={`${visit.base}/${section}`}>Back</a>
      </p>
    </>
  )
  sendPage(visit, { status, title, section, body })
}

/** After a change, so that a reload does not repeat it. @param to a path of the admin's */
export function seeOther(visit: Visit, to: string, flash: Flash): void {
  const { res, base } = visit
  if (res.headersSent) return
  setFlash(visit, flash)
  res.statusCode = 303
  res.setHeader('Location', base + to)
  res.end()
}
