import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { STYLE_PATH } from '../style'
import { Layout, type Section } from './layout'

export interface DocumentProps {
  title: string
  section: Section
  body: ComponentChildren
  flash?: { text: string; failed: boolean } | undefined
}

/** A whole page as HTML. */
export function render({ base }: { base: string }, { title, section, body, flash }: DocumentProps): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – Token blacklist`}</title>
        <link rel="stylesheet" href={base + STYLE_PATH} />
      </head>
      <body>
        <Layout base={base} section={section}>
          {flash && (
            <p class={flash.failed ? 'flash failed' : 'flash'} role="status">
              {flash.text}
            </p>
          )}
          <h1>{title}</h1>
          {body}
        </Layout>
      </body>
    </html>,
  )
  return `<!doctype html>${html}`
}
