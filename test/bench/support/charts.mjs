const STYLE = `<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.ours { fill: #0969da } .peer { fill: #afb8c1 } .line { stroke: #0969da; stroke-width: 3; fill: none } .axis { stroke: #afb8c1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .ours { fill: #4493f8 } .peer { fill: #656c76 } .line { stroke: #4493f8 } .axis { stroke: #656c76 }
}
</style>`
const OURS = ['strict', 'cached']
const WIDTH = 720

/** Horizontal bars, ours in another colour. @param bars `[name, value]` */
export function barChart(title, bars) {
  const most = Math.max(...bars.map(([, value]) => value))
  const rows = bars.map(([name, value], index) => {
    const y = 48 + index * 34
    const width = Math.max(1, Math.round((value / most) * 400))
    return (
      `<text x="200" y="${y + 17}" text-anchor="end">${name}</text>` +
      `<rect class="${OURS.includes(name) ? 'ours' : 'peer'}" x="210" y="${y}" width="${width}" height="24" rx="3"/>` +
      `<text x="${218 + width}" y="${y + 17}">${value.toLocaleString('en')}</text>`
    )
  })
  return svg(title, 60 + bars.length * 34, rows)
}

/** A line from zero up, one step a point. @param points `[name, value]` */
export function lineChart(title, points) {
  const top = 1.5 * Math.max(...points.map(([, value]) => value))
  const x = (index) => 80 + (index * 560) / Math.max(1, points.length - 1)
  const y = (value) => 240 - (value / top) * 190
  const path = points
    .map(([, value], index) => `${index === 0 ? 'M' : 'L'}${Math.round(x(index))} ${Math.round(y(value))}`)
    .join(' ')
  const labels = points.map(
    ([name, value], index) =>
      `<circle class="ours" cx="${Math.round(x(index))}" cy="${Math.round(y(value))}" r="5"/>` +
      `<text x="${Math.round(x(index))}" y="${Math.round(y(value)) - 12}" text-anchor="middle">${value}</text>` +
      `<text x="${Math.round(x(index))}" y="262" text-anchor="middle">${name}</text>`,
  )
  return svg(title, 280, ['<path class="axis" d="M40 240 H690"/>', `<path class="line" d="${path}"/>`, ...labels])
}

function svg(title, height, parts) {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">\n` +
    `<title>${title}</title>\n${STYLE}\n<text class="title" x="16" y="26">${title}</text>\n${parts.join('\n')}\n</svg>\n`
  )
}
