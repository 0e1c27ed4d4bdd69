// keysweep show: the runs of the store, or one run's record, for a person, a program or a spreadsheet.

import { plain, plainAll, plainJson, plainLine } from '../../core/texts/plain.ts'
import { UsageError } from '../../local/errors.ts'
import { refuseUnknownRun, runPrefix } from '../../views/find-run.ts'
import { listRuns, type RunLine, readRecord } from '../../views/runs.ts'
import { EXIT, exitCodeOf } from '../exit-code.ts'
import { chosenMachine } from '../options/machine.ts'
import { chosenStore } from '../options/store.ts'
import { keysCsv } from '../render/csv.ts'
import { recordText } from '../render/record-text.ts'
import { type Column, table } from '../render/table.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ShowOptions } from './show.ts'

/** @returns the exit code: 0 for whatever could be shown, or that of a run that was followed. @throws UsageError, and what the run store throws. */
export async function show(runId: string | undefined, options: ShowOptions, terminal: Terminal): Promise<number> {
  refuseMixedOptions(runId, options)
  if (runId !== undefined && options.follow) return followRun(runId, options, terminal)
  const store = chosenStore(options, terminal)
  if (runId === undefined) showRuns(await listRuns(store), store.location, options, terminal)
  else await showRun(await readRecord(store, runId), options, terminal)
  return EXIT.clean
}

function refuseMixedOptions(runId: string | undefined, { json, csv, follow, machine }: ShowOptions): void {
  if (json && csv) throw new UsageError('Options refused: expected one of --json and --csv, received both')
  if (follow && csv) throw new UsageError('Options refused: expected one of --follow and --csv, received both')
  if (follow && runId === undefined) throw new UsageError('Option --follow refused: expected a run, received none')
  if (machine !== undefined && !follow)
    throw new UsageError('Option --machine refused: expected --follow with it, for a record is read from the run store')
}

/** By the machine's own history where one is named, else by what appears in the store. */
async function followRun(runId: string, options: ShowOptions, terminal: Terminal): Promise<number> {
  runPrefix(runId)
  const machine = chosenMachine(options, terminal)
  if (machine !== null) {
    const { followThere } = await import('../follow/machine-run.ts')
    return followThere(machine, { ...options, runId }, terminal)
  }
  const store = chosenStore(options, terminal)
  await refuseUnknownRun(store, runId)
  const { followStore } = await import('../follow/follow-store.ts')
  if ((await followStore(store, runId, terminal)) === 'left running') return EXIT.interrupted
  const stored = await readRecord(store, runId)
  terminal.stderr.write('\n')
  await showRun(stored, options, terminal)
  return exitCodeOf(stored.record)
}

async function showRun(
  { record, json, rebuilt }: Awaited<ReturnType<typeof readRecord>>,
  options: ShowOptions,
  { stdout, stderr, env }: Terminal,
): Promise<void> {
  if (rebuilt) {
    stderr.write(
      `Run ${plain(record.runId)} has no record: it is still open, or was broken off. This is what it left.\n\n`,
    )
  }
  if (options.json) stdout.write(`${plainJson(json)}\n`)
  else if (options.csv) stdout.write(keysCsv(record.keys))
  else stdout.write(recordText(record, { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }))
}

const endedAs = ({ status, unreadable }: RunLine): string =>
  status ?? (unreadable === undefined ? 'no record: open, or broken off' : 'cannot be read')

const COLUMNS: Column<RunLine>[] = [
  { head: 'Run', cell: ({ runId }) => runId },
  { head: 'Account', cell: ({ account }) => account ?? '–' },
  { head: 'Mode', cell: ({ mode }) => mode ?? '–' },
  { head: 'Stale', cell: ({ counts }) => String(counts?.stale ?? '–'), align: 'right' },
  { head: 'Taken', cell: ({ counts }) => String(counts?.deactivated ?? '–'), align: 'right' },
  { head: 'Failed', cell: ({ counts }) => String(counts?.failed ?? '–'), align: 'right' },
  { head: 'Ended as', cell: endedAs },
]

function showRuns(runs: RunLine[], location: string, options: ShowOptions, { stdout, stderr, env }: Terminal): void {
  if (options.csv) throw new UsageError('Option --csv refused: expected a run to show, received none')
  for (const { runId, unreadable } of runs)
    if (unreadable !== undefined) stderr.write(`${plain(`keysweep: Run ${runId} cannot be read: ${unreadable}`)}\n`)
  if (options.json) {
    const lines = runs.map(({ runId, startedAt, account, mode, status, counts, unreadable }) => ({
      ...{ runId, startedAt, account, mode, status, counts },
      ...(unreadable !== undefined && { unreadable }),
    }))
    return void stdout.write(`${plainJson(JSON.stringify(lines))}\n`)
  }
  if (runs.length === 0) return void stderr.write(`No runs in ${plainLine(location)}\n`)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env), indent: 0 }
  stdout.write(`${table(plainAll(runs), COLUMNS, style).join('\n')}\n`)
}
