import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { barChart, lineChart } from './charts.mjs'
import { serverVersion } from './database.mjs'

const PAGE = 'docs/performance.md'

/** The table for people. */
export function printed(lines) {
  const rows = lines.map((line) => [line.case, line.measure, `${line.value} ${line.unit}`, floorOf(line)])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Puts the figures of the cases that were run between their marks in the docs, and draws the charts. */
export async function writeDocs(lines) {
  let page = readFileSync(PAGE, 'utf8')
  const put = (name, text) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    page = `${page.slice(0, page.indexOf(start) + start.length)}\n\n${text}\n\n${page.slice(page.indexOf(end))}`
  }
  for (const name of new Set(lines.map((line) => line.case))) {
    const own = lines.filter((line) => line.case === name)
    put(name, markdown(own))
    if (name === 'check') writeFileSync('docs/peers.svg', peers(own))
    if (name === 'growth') writeFileSync('docs/growth.svg', growth(own))
  }
  const [{ model }] = cpus()
  put(
    'machine',
    `${model.trim()}, ${cpus().length} cores; Node ${process.versions.node}; ${await serverVersion()}, on the same machine.`,
  )
  writeFileSync(PAGE, page)
}

function markdown(lines) {
  const rows = lines.map((line) => [line.measure, `${line.value} ${line.unit}`, floorOf(line)])
  const all = [['measure', 'value', 'floor'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column].length)))
  const print = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [print(all[0]), print(widths.map((width) => '-'.repeat(width))), ...rows.map(print)].join('\n')
}

function floorOf({ floor, met }) {
  return floor === null ? '' : `${floor}: ${met ? 'met' : 'MISSED'}`
}

function peers(lines) {
  const bars = lines
    .filter(({ measure }) => measure.endsWith(' at 64'))
    .map(({ measure, value }) => [measure.slice(0, -6), value])
  return barChart('Checks a second, 64 requests at a time', bars)
}

function growth(lines) {
  const points = lines.flatMap(({ measure, value }) => {
    const [, exponent] = /^latency at 10\^(\d) rows$/.exec(measure) ?? []
    return exponent ? [[`10^${exponent} rows`, value]] : []
  })
  return lineChart('Milliseconds a check, one at a time', points)
}
