// keysweep show: lists the runs of the store, or shows one run's record as text, JSON or CSV.

import { plain, plainAll, plainJson, plainLine } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { storesFolder } from '../../local/stores-here.ts'
import { refuseUnknownRun, runPrefix, storeWith } from '../../views/find-run.ts'
import { listRuns, type RunLine, readRecord } from '../../views/runs.ts'
import { EXIT, exitCodeOf } from '../exit-code.ts'
import { listsOf } from '../options/lists.ts'
import { chosenMachine } from '../options/machine.ts'
import { storesToRead } from '../options/store.ts'
import { keysCsv } from '../render/csv.ts'
import { recordText } from '../render/record-text.ts'
import { runList } from '../render/run-list.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ShowOptions } from './show.ts'

/** @returns the exit code: 0, or with --follow that of the run. @throws UsageError, and what the run store throws. */
export async function show(runId: string | undefined, options: ShowOptions, terminal: Terminal): Promise<number> {
  refuseMixedOptions(runId, options)
  if (runId !== undefined && options.follow) return followRun(runId, options, terminal)
  const stores = storesToRead(options, terminal)
  if (runId !== undefined) await showRun(await readRecord(await storeWith(stores, runId), runId), options, terminal)
  else showRuns(await listRuns(stores), placesOf(stores, terminal), options, terminal)
  return EXIT.clean
}

const placesOf = (stores: RunStore[], { env }: Terminal): string =>
  stores.map(({ location }) => location).join(', ') || storesFolder(env)

function refuseMixedOptions(runId: string | undefined, options: ShowOptions): void {
  const { json, csv, follow, machine, summary, all } = options
  listsOf(options)
  if (json && csv) throw new UsageError('--json and --csv exclude each other. Use one of them.')
  if (follow && csv) throw new UsageError('--follow and --csv exclude each other. Use one of them.')
  if (follow && runId === undefined) throw new UsageError('--follow needs the id of a run. To list runs: keysweep show')
  if (runId === undefined && (summary || all))
    throw new UsageError(`${summary ? '--summary' : '--all'} needs the id of a run. To list runs: keysweep show`)
  if (machine !== undefined && !follow)
    throw new UsageError(
      '--machine needs --follow. Without it, keysweep show reads the run store: name it with --store.',
    )
}

/** Follows the history of a deployed machine if one is named, otherwise the run store. */
async function followRun(runId: string, options: ShowOptions, terminal: Terminal): Promise<number> {
  runPrefix(runId)
  const machine = chosenMachine(options, terminal)
  if (machine !== null) {
    const { followThere } = await import('../follow/machine-run.ts')
    return followThere(machine, { ...options, runId }, terminal)
  }
  const store = await storeWith(storesToRead(options, terminal), runId)
  await refuseUnknownRun(store, runId)
  const { followStore } = await import('../follow/follow-store.ts')
  if ((await followStore(store, runId, terminal)) === 'still running') return EXIT.interrupted
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
      `Run ${plain(record.runId)} has no record: it is running or was interrupted. This is rebuilt from its stored documents.\n\n`,
    )
  }
  if (options.json) stdout.write(`${plainJson(json)}\n`)
  else if (options.csv) stdout.write(keysCsv(record.keys))
  else
    stdout.write(
      recordText(record, { columns: columnsOf(stdout), colours: coloursFor(stdout, env), lists: listsOf(options) }),
    )
}

function showRuns(runs: RunLine[], places: string, options: ShowOptions, { stdout, stderr, env }: Terminal): void {
  if (options.csv) throw new UsageError('--csv needs the id of a run. To list runs: keysweep show')
  for (const { runId, unreadable } of runs)
    if (unreadable !== undefined) stderr.write(`${plain(`keysweep: Run ${runId}: ${unreadable}`)}\n`)
  if (options.json) {
    const lines = runs.map(({ runId, startedAt, account, mode, status, counts, unreadable }) => ({
      ...{ runId, startedAt, account, mode, status, counts },
      ...(unreadable !== undefined && { unreadable }),
    }))
    return void stdout.write(`${plainJson(JSON.stringify(lines))}\n`)
  }
  if (runs.length === 0) return void stderr.write(`No runs in ${plainLine(places)}.\n`)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }
  stdout.write(`${runList(plainAll(runs), style).join('\n')}\n`)
}
