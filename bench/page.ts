// The tables of docs/internals/performance.md.
import type { Circumstances, Results } from './bench.ts'
import type { Compared } from './compare.ts'
import type { OrganizationFigures } from './organization.ts'
import type { Milliseconds, Own } from './own.ts'
import type { Beside, Parsing } from './parsing.ts'
import type { Throttled } from './throttle.ts'

/** By the name of the marker in the page. A section without figures has no table. */
export const tables = ({ compare, throttle, own, parse, organization }: Partial<Results>): Record<string, string> => ({
  ...(compare && { compare: `${comparison(compare.figures)}\n\n${circumstances(compare)}` }),
  ...(throttle && { throttle: `${throttling(throttle.figures)}\n\n${circumstances(throttle)}` }),
  ...(own && { own: `${ownTime(own.figures)}\n\n${circumstances(own)}` }),
  ...(organization && {
    organization: `${organizations(organization.figures)}\n\n${circumstances(organization)}`,
  }),
  ...(parse && { parse: `${parsing(parse.figures)}\n\n${circumstances(parse)}` }),
})

const circumstances = ({ date, machine, node, load }: Circumstances): string =>
  `Measured on ${date}: ${machine}, Node ${node.slice(1)}, load ${load.start.toFixed(1)} at the start and ${load.end.toFixed(1)} at the end.`

function comparison(rows: Compared[]): string {
  return table(
    [
      '',
      'answer time',
      'seconds',
      'processor seconds',
      'peak memory',
      'calls per key taken',
      'keys taken',
      'live keys taken',
      'stale keys left',
      'runs',
    ],
    rows.map((row) => [
      row.name,
      row.latencyMilliseconds === 0 ? 'none' : `${row.latencyMilliseconds} ms`,
      row.wallSeconds.toFixed(1),
      row.cpuSeconds.toFixed(1),
      `${row.peakMegabytes.toFixed(0)} MB`,
      Number.isFinite(row.callsPerKeyTaken) ? row.callsPerKeyTaken.toFixed(1) : '–',
      String(row.taken),
      String(row.wronglyTaken),
      String(row.left),
      String(row.runs),
    ]),
  )
}

function throttling(rows: Throttled[]): string {
  return table(
    [
      'calls a second',
      'stale keys',
      'calls needed',
      'calls made',
      'of them throttled',
      'least seconds',
      'seconds',
      'ratio',
      'keys failed',
    ],
    rows.map((row) => [
      String(row.callsPerSecond),
      String(row.keys),
      String(row.neededCalls),
      String(row.calls),
      String(row.throttled),
      leastSeconds(row).toFixed(1),
      row.seconds.toFixed(1),
      (row.seconds / leastSeconds(row)).toFixed(2),
      String(row.failed),
    ]),
  )
}

/** At the start the endpoint accepts one second's calls at once. */
const leastSeconds = ({ neededCalls, callsPerSecond }: Throttled): number => neededCalls / callsPerSecond - 1

function ownTime({ startUp, memory }: Own): string {
  const row = (what: string, { median, fastest }: Milliseconds, wanted: string) => [
    what,
    `${median.toFixed(0)} ms`,
    `${fastest.toFixed(0)} ms`,
    wanted,
  ]
  const times = table(
    ['', 'median', 'fastest', 'wanted'],
    Object.entries(startUp).map(([what, took]) => row(what, took, 'under 300 ms')),
  )
  const memories = table(
    ['users', 'alive at most', 'taken at most'],
    memory.map(({ users, liveMegabytes, peakMegabytes }) => [
      users.toLocaleString('en'),
      `${liveMegabytes.toFixed(0)} MB`,
      `${peakMegabytes.toFixed(0)} MB`,
    ]),
  )
  return `${times}\n\nMemory of a run that plans:\n\n${memories}`
}

function parsing({ kilobytes, first, warm }: Parsing): string {
  const row = (what: string, { keysweep, 'csv-parse': alone, ratio }: Beside) => [
    what,
    `${keysweep.toFixed(0)} ms`,
    `${alone.toFixed(0)} ms`,
    ratio.toFixed(2),
    'at most 1.5',
  ]
  return table(
    [
      `reading the report of 5,000 users (${kilobytes.toFixed(0)} kB)`,
      'keysweep',
      'csv-parse alone',
      'ratio',
      'wanted',
    ],
    [row('as a run does it, in a new process', first), row('once the code is warm', warm)],
  )
}

function organizations({ scale, beside }: OrganizationFigures): string {
  const sizes = table(
    [
      'accounts',
      'users each',
      'seconds',
      'accounts a minute',
      'calls',
      'calls a second',
      'the calls alone',
      'ratio',
      'alive at most',
      'keys taken',
      'live keys taken',
      'stale keys left',
    ],
    scale.map((row) => [
      String(row.accounts),
      String(row.users),
      row.seconds.toFixed(1),
      ((row.accounts / row.seconds) * 60).toFixed(0),
      row.calls.toLocaleString('en'),
      row.callsPerSecond.toFixed(0),
      row.bareCallsPerSecond.toFixed(0),
      (row.callsPerSecond / row.bareCallsPerSecond).toFixed(2),
      `${row.liveMegabytes.toFixed(0)} MB`,
      String(row.taken),
      String(row.wronglyTaken),
      String(row.left),
    ]),
  )
  const programs = table(
    ['', 'answer time', 'accounts', 'seconds', 'processor seconds', 'keys taken', 'live keys taken', 'stale keys left'],
    beside.map((row) => [
      row.name,
      row.latencyMilliseconds === 0 ? 'none' : `${row.latencyMilliseconds} ms`,
      String(row.accounts),
      row.wallSeconds.toFixed(1),
      row.cpuSeconds.toFixed(1),
      String(row.taken),
      String(row.wronglyTaken),
      String(row.left),
    ]),
  )
  return `${sizes}\n\n${programs}`
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
