import { judged } from './floors.mjs'

/** Prints a measure as a line of JSON on standard output; the figures of one case. */
export function reporter(name) {
  return (measure, value, unit) => {
    const rounded = Number(value.toPrecision(3))
    console.log(JSON.stringify({ case: name, measure, value: rounded, unit, ...judged(name, measure, rounded) }))
  }
}

/** What a reader should know, but is no measure. */
export function note(text) {
  console.error(text)
}
