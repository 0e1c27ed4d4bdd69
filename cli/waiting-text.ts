// The runs that wait for a person, as a list.
import type { WaitingRun } from './decision-client.ts'
import { plainAll, plainJson } from './plain-text.ts'
import { type Column, table } from './table.ts'
import { coloursFor, columnsOf, type Terminal } from './terminal.ts'

const COLUMNS: Column<WaitingRun>[] = [
  { head: 'Run', cell: ({ runId }) => runId },
  { head: 'Account', cell: ({ account }) => account },
  { head: 'Planned at', cell: ({ createdAt }) => createdAt },
  { head: 'Keys', cell: ({ keys }) => String(keys), align: 'right' },
  { head: 'Why you decide', cell: ({ why }) => why.join('; ') },
]

/** Prints them on stdout, or on stderr that there are none. */
export function showWaiting(runs: WaitingRun[], { json }: { json?: boolean }, { stdout, stderr, env }: Terminal): void {
  if (json) return void stdout.write(`${plainJson(JSON.stringify(runs))}\n`)
  if (runs.length === 0) return void stderr.write('No run waits for an answer.\n')
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env), indent: 0 }
  stdout.write(`${table(plainAll(runs), COLUMNS, style).join('\n')}\n`)
}
