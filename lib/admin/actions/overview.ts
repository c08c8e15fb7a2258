import { sendPage } from '../answer'
import { overviewPage } from '../pages/overview'
import type { Visit } from '../visit'

export async function showOverview(visit: Visit): Promise<void> {
  sendPage(visit, overviewPage(visit, await visit.admin.tokens.listing.overview()))
}
