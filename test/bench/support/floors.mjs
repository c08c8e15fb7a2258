/** What each measure must reach: at least, or at the most. On MariaDB and two cores. */
export const FLOORS = {
  check: {
    'strict at 64 ÷ findOne': { least: 8 },
    'strict at 256 ÷ findOne': { least: 8 },
    'strict at 64 ÷ Redis EXISTS': { least: 0.8 },
    'strict at 256 ÷ Redis EXISTS': { least: 0.8 },
    'strict at 64 ÷ passport-jwt, string secret': { least: 12 },
    'strict at 256 ÷ passport-jwt, string secret': { least: 12 },
    'cached at 64 ÷ passport-jwt, KeyObject': { least: 0.8 },
  },
  http: { 'strict ÷ passport-jwt, KeyObject': { least: 0.9 } },
  growth: { 'latency at 10^6 rows ÷ at 10^4': { most: 1.25 }, 'latency at 10^7 rows ÷ at 10^4': { most: 1.25 } },
  flush: {
    'flush ÷ bare SQL loop': { least: 0.6 },
    'peak memory of the flush': { most: 150 },
    'check p99 during a flush ÷ at rest': { most: 3 },
  },
  admin: {
    overview: { most: 100 },
    outstanding: { most: 100 },
    active: { most: 100 },
    expired: { most: 100 },
    'outstanding and blacklisted': { most: 100 },
    sessions: { most: 100 },
    'of one user': { most: 100 },
    blacklisted: { most: 100 },
  },
}

/** `floor` as the table prints it, and whether it is met; nulls where a measure has none. */
export function judged(name, measure, value) {
  const floor = FLOORS[name]?.[measure]
  if (!floor) return { floor: null, met: null }
  return floor.least === undefined
    ? { floor: `at most ${floor.most}`, met: value <= floor.most }
    : { floor: `at least ${floor.least}`, met: value >= floor.least }
}
