// Reads the report of 5,000 users, the maximum of an account, with `keysweep` or with `csv-parse` alone, as the argument says:
// first in a new process, as a run does, then with both in turn in warm code. Prints milliseconds of processor time, which
// other load on the machine affects least.
import { parse } from 'csv-parse/sync'
import { parseReport } from '../core/judge/report.ts'
import { reportCsv } from '../demo/report.ts'
import { benchAccount } from './account.ts'
import { median } from './median.ts'

const WARM_UP = 10
const TIMES = 20

const { account } = benchAccount(5000, new Date())
const csv = reportCsv(account)

const readers = { keysweep: () => void parseReport(csv, account.id), 'csv-parse': () => void parse(csv) }
export type Reader = keyof typeof readers

function took(reader: Reader): number {
  const before = process.cpuUsage()
  readers[reader]()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const first = took(process.argv[2] === 'csv-parse' ? 'csv-parse' : 'keysweep')
const both = () => ({ keysweep: took('keysweep'), 'csv-parse': took('csv-parse') })
Array.from({ length: WARM_UP }, both)
const warm = Array.from({ length: TIMES }, both)

process.stdout.write(
  JSON.stringify({
    bytes: csv.length,
    first,
    warm: {
      keysweep: median(warm.map(({ keysweep }) => keysweep)),
      'csv-parse': median(warm.map((times) => times['csv-parse'])),
    },
  }),
)
