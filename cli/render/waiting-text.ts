// The runs that wait for a person, as a list.

import type { UnreadableRun, WaitingOrganization, WaitingRun } from '../../core/model/decision-api.ts'
import { accountsOf } from '../../core/texts/counts.ts'
import { plain, plainAll, plainJson } from '../../core/texts/plain.ts'
import { type Column, table } from './table.ts'
import { coloursFor, columnsOf, type Terminal } from './terminal.ts'

/** The runs in one account and the organization runs that wait, and those that may wait. */
export interface WaitingHere {
  runs: (WaitingRun | WaitingOrganization)[]
  unreadable: UnreadableRun[]
}

const COLUMNS: Column<WaitingHere['runs'][number]>[] = [
  { head: 'Run', cell: ({ runId }) => runId },
  { head: 'Account', cell: (run) => ('hub' in run ? accountsOf(run.accounts) : run.account) },
  { head: 'Planned at', cell: ({ createdAt }) => createdAt },
  { head: 'Keys', cell: ({ keys }) => String(keys), align: 'right' },
  { head: 'Why you decide', cell: ({ why }) => why.join('; ') },
]

/** Prints them on stdout, and on stderr which ones may wait and cannot be read, or that there are none. */
export function showWaiting(
  lists: WaitingHere[],
  { json }: { json?: boolean },
  { stdout, stderr, env }: Terminal,
): void {
  const runs = lists.flatMap((list) => list.runs)
  const unreadable = lists.flatMap((list) => list.unreadable)
  for (const { runId, reason } of unreadable)
    stderr.write(`${plain(`keysweep: Run ${runId} may be waiting, and cannot be read: ${reason}`)}\n`)
  if (json) return void stdout.write(`${plainJson(JSON.stringify(runs))}\n`)
  if (runs.length === 0) return void (unreadable.length === 0 && stderr.write('No run waits for an answer.\n'))
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env), indent: 0 }
  stdout.write(`${table(plainAll(runs), COLUMNS, style).join('\n')}\n`)
}
