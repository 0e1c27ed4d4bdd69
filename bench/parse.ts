// Prints how long the report of 5,000 users, the most that an account may have, takes to parse: the first time in a new
// process, which is what a run pays, and the median of the next 20. Milliseconds.
import { reportCsv } from '../demo/report.ts'
import { benchAccount } from './account.ts'
import { median } from './median.ts'

const { account } = benchAccount(5000, new Date())
const csv = reportCsv(account)
const started = performance.now()
const { parseReport } = await import('../core/judge/report.ts')
const loaded = performance.now()
parseReport(csv, account.id)
const first = performance.now() - loaded
const next = Array.from({ length: 20 }, () => {
  const at = performance.now()
  parseReport(csv, account.id)
  return performance.now() - at
})
process.stdout.write(JSON.stringify({ bytes: csv.length, load: loaded - started, first, warm: median(next) }))
