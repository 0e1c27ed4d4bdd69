// The time to read the report, compared with csv-parse alone on the same bytes.
import { execFileSync } from 'node:child_process'
import * as z from 'zod'
import { times } from './accounts.ts'
import { fileOf } from './measure.ts'
import { median } from './median.ts'

/** Medians of processor time in milliseconds; `ratio` is the median over pairs that ran one after the other. */
export interface Beside {
  keysweep: number
  'csv-parse': number
  ratio: number
}

export interface Parsing {
  kilobytes: number
  /** In a new process. */
  first: Beside
  /** In a process that has read the report many times. */
  warm: Beside
}

const PAIRS = 15

const both = z.object({ keysweep: z.number(), 'csv-parse': z.number() })
const printed = z.object({ bytes: z.number(), first: z.number(), warm: both })

export async function parse(say: (text: string) => void): Promise<Parsing> {
  say(`${PAIRS} pairs`)
  const pairs = await times(PAIRS, async () => ({ ours: inNewProcess('keysweep'), alone: inNewProcess('csv-parse') }))
  return {
    kilobytes: (pairs[0]?.ours.bytes ?? 0) / 1000,
    first: beside(pairs.map(({ ours, alone }) => ({ keysweep: ours.first, 'csv-parse': alone.first }))),
    warm: beside(pairs.flatMap(({ ours, alone }) => [ours.warm, alone.warm])),
  }
}

const inNewProcess = (reader: keyof z.infer<typeof both>): z.infer<typeof printed> =>
  printed.parse(JSON.parse(execFileSync(process.execPath, [fileOf('parse.ts'), reader]).toString()))

const beside = (pairs: z.infer<typeof both>[]): Beside => ({
  keysweep: median(pairs.map(({ keysweep }) => keysweep)),
  'csv-parse': median(pairs.map((times) => times['csv-parse'])),
  ratio: median(pairs.map((times) => times.keysweep / times['csv-parse'])),
})
