import type { ComponentChildren } from 'preact'

/** The parts of the admin, by the beginning of their paths. */
const SECTIONS = { '': 'Overview', outstanding: 'Outstanding', blacklisted: 'Blacklisted' }

export type Section = keyof typeof SECTIONS

export function sectionOf(path: string): Section {
  const [, first = ''] = path.split('/')
  return Object.hasOwn(SECTIONS, first) ? (first as Section) : ''
}

export function Layout({ base, section, children }: { base: string; section: Section; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header>
        <div class="bar">
          <a class="brand" href={`${base}/`}>
            Token blacklist
          </a>
          <nav class="sections" aria-label="Sections">
            <ul>
              {Object.entries(SECTIONS).map(([path, name]) => (
                <li key={path}>
                  <a href={`${base}/${path}`} aria-current={path === section ? 'page' : undefined}>
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      </header>
      <main id="content" tabindex={-1}>
        {children}
      </main>
      <footer>All times are in UTC.</footer>
    </>
  )
}
