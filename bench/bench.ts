// `npm run bench`: measures, writes the figures to bench/results.json, and the tables and the plot to
// docs/internals/performance.{md,svg}. `npm run bench -- compare throttle own organization` measures only these; `page` only writes.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { type Compared, compare } from './compare.ts'
import { fileOf } from './measure.ts'
import { type OrganizationFigures, organization } from './organization.ts'
import { type Own, own } from './own.ts'
import { tables } from './page.ts'
import { type Parsing, parse } from './parsing.ts'
import { type Throttled, throttle } from './throttle.ts'

const RESULTS = fileOf('results.json')
const PAGE = fileOf('../docs/internals/performance.md')

/** The machine and its load (mean of one minute) at the start and end of a section. */
export interface Circumstances {
  date: string
  node: string
  machine: string
  load: { start: number; end: number }
}

interface Section<Figures> extends Circumstances {
  figures: Figures
}

export interface Results {
  compare: Section<Compared[]>
  throttle: Section<Throttled[]>
  own: Section<Own>
  parse: Section<Parsing>
  organization: Section<OrganizationFigures>
}

const SECTIONS: { [Name in keyof Results]: (say: (text: string) => void) => Promise<Results[Name]['figures']> } = {
  compare,
  throttle,
  own,
  parse,
  organization,
}

const asked = process.argv.slice(2)
// `page` measures nothing and only writes the page and the plot again.
const names = (Object.keys(SECTIONS) as (keyof Results)[]).filter((name) => asked.length === 0 || asked.includes(name))
for (const name of names) {
  const before = loadavg()[0] ?? 0
  const figures = await SECTIONS[name]((text) => console.error(`${name}: ${text}`))
  const section = { ...machine(), load: { start: before, end: loadavg()[0] ?? 0 }, figures }
  // After each section, so that a failed one does not lose the figures of the others.
  writeFileSync(RESULTS, `${JSON.stringify({ ...stored(), [name]: section }, null, 2)}\n`)
}
writePage(stored())
execFileSync(fileOf('.venv/bin/python'), [fileOf('plot.py'), RESULTS, fileOf('../docs/internals/performance.svg')])

function stored(): Partial<Results> {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
}

function machine(): Omit<Circumstances, 'load'> {
  const [{ model } = { model: 'unknown' }, ...others] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: `${others.length + 1} × ${model.replace(/\s+/g, ' ')}, ${gigabytes} GiB`,
  }
}

function writePage(results: Partial<Results>): void {
  const text = Object.entries(tables(results)).reduce(
    (page, [name, table]) => replaced(page, name, table),
    readFileSync(PAGE, 'utf8'),
  )
  writeFileSync(PAGE, text)
}

/** Replaces the text between `<!-- name:start -->` and `<!-- name:end -->`. */
function replaced(page: string, name: string, table: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`Cannot write ${PAGE}: it must have ${start} and ${end}`)
  return `${page.slice(0, from + start.length)}\n${table}\n${page.slice(to)}`
}
