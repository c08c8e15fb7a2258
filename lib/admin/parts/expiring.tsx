import type { ExpiringDay } from '../../store/listing/types'
import { counted } from './text'

/** What expires on the coming days: a table, whose bars are for the eye alone. */
export function Expiring({ days }: { days: ExpiringDay[] }) {
  const most = Math.max(1, ...days.map(({ count }) => count))
  return (
    <section class="card">
      <table class="chart">
        <caption>Expiring on the coming days</caption>
        <thead class="hidden">
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, count, capped }) => (
            <tr key={day.toISOString()}>
              <th scope="row">
                <time datetime={day.toISOString().slice(0, 10)}>{DAY.format(day)}</time>
              </th>
              <td>
                <span>{counted({ count, capped })}</span>
                <svg aria-hidden="true" width="100%" height="12">
                  <rect width={`${(100 * count) / most}%`} height="12" rx="2" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
