// keysweep show without a run: the runs of the run stores, a line for each.
import { StoreRefused } from '../../core/model/errors.ts'
import type { OrganizationListLine, RunListLine } from '../../core/model/printed.ts'
import { plain, plainAll, plainJson, plainLine } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { listOrganizationRuns } from '../../views/organizations.ts'
import { lifeOf, organizationLifeOf, type RunLife } from '../../views/run-life.ts'
import { listRuns } from '../../views/runs.ts'
import { type ListedRun, runList } from '../render/run-list.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ShowOptions } from './show.ts'

/** @param places of the stores, in words @throws UsageError, and what the run stores throw */
export async function showList(
  stores: RunStore[],
  places: string,
  options: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  const runs = await Promise.all(stores.map((store) => listedIn(store, terminal.env)))
  showRuns(runs.flat().toSorted(newestFirst), places, options, terminal)
}

/** Every run of the store, with whether it is running where it has no record. */
async function listedIn(store: RunStore, env: Terminal['env']): Promise<ListedRun[]> {
  const runs = await listRuns([store])
  const organizationRuns = await listOrganizationRuns([store])
  return Promise.all([
    ...runs.map(async (run) => ({ ...run, life: await lifeIfOpen(run, lifeOf, store, env) })),
    ...organizationRuns.map(async (run) => ({ ...run, life: await lifeIfOpen(run, organizationLifeOf, store, env) })),
  ])
}

async function lifeIfOpen(
  { runId, status, unreadable }: Pick<ListedRun, 'runId' | 'status' | 'unreadable'>,
  lifeIn: typeof lifeOf,
  store: RunStore,
  env: Terminal['env'],
): Promise<RunLife | null> {
  if (status !== null || unreadable !== undefined) return null
  return lifeIn(store, runId, env).catch((error): RunLife => {
    // A lock that cannot be read does not hide the list.
    if (!(error instanceof StoreRefused)) throw error
    return 'unknown'
  })
}

const newestFirst = (a: ListedRun, b: ListedRun): number => (b.startedAt ?? '').localeCompare(a.startedAt ?? '')

function showRuns(runs: ListedRun[], places: string, options: ShowOptions, { stdout, stderr, env }: Terminal): void {
  if (options.csv) throw new UsageError('--csv needs the id of a run. To list runs: keysweep show')
  for (const { runId, unreadable } of runs)
    if (unreadable !== undefined) stderr.write(`${plain(`keysweep: Run ${runId}: ${unreadable}`)}\n`)
  if (options.json) {
    const lines = runs.map(jsonLineOf)
    return void stdout.write(`${plainJson(JSON.stringify(lines))}\n`)
  }
  if (runs.length === 0) return void stderr.write(`No runs in ${plainLine(places)}.\n`)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }
  stdout.write(`${runList(plainAll(runs), style).join('\n')}\n`)
}

function jsonLineOf({ life: _, ...run }: ListedRun): RunListLine | OrganizationListLine {
  if ('hub' in run) return run
  const { runId, startedAt, account, mode, undo, status, counts, unreadable } = run
  return { runId, startedAt, account, mode, undo, status, counts, ...(unreadable !== undefined && { unreadable }) }
}
