// keysweep show: lists the runs, or shows one run's record as text, JSON or CSV, or what all runs did to a key or a user's keys.

import type { RunRecord } from '../../core/model/documents/record.ts'
import { isUserName } from '../../core/model/ids.ts'
import { plain, plainAll, plainJson } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { RunNotFound, UsageError } from '../../local/errors.ts'
import { storesFolder } from '../../local/stores-here.ts'
import { isRun, refuseUnknownRun, runPrefix, storeWith } from '../../views/find-run.ts'
import type { UndoneLater } from '../../views/key-story.ts'
import { storeWithOrganization } from '../../views/organizations.ts'
import { lifeOf, type RunLife } from '../../views/run-life.ts'
import { readRecord, runningRun } from '../../views/runs.ts'
import { EXIT, exitCodeOf, exitCodeOfOrganization } from '../exit-code.ts'
import { listsOf } from '../options/lists.ts'
import { chosenMachine } from '../options/machine.ts'
import { storesToRead } from '../options/store.ts'
import { keysCsv } from '../render/csv.ts'
import { standingOf } from '../render/headline.ts'
import { sayUnreadable, storiesText, undoneLines, undoneTexts } from '../render/key-story-text.ts'
import { recordText } from '../render/record-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ShowOptions } from './show.ts'
import { showList } from './show-list.ts'

/** @returns the exit code: 0, or with --follow that of the run. @throws UsageError, RunNotFound, and what the run store throws. */
export async function show(named: string | undefined, options: ShowOptions, terminal: Terminal): Promise<number> {
  refuseMixedOptions(named, options)
  if (named !== undefined && options.follow) return followRun(named, options, terminal)
  const stores = storesToRead(options, terminal)
  if (named === undefined) {
    await showList(stores, placesOf(stores, terminal), options, terminal)
    return EXIT.clean
  }
  const organization = await storeWithOrganization(stores, named)
  if (organization !== null) {
    const { showOrganization, showAccountOf } = await import('./show-organization.ts')
    const { account } = options
    if (account === undefined) await showOrganization(organization, named, options, terminal)
    else await showAccountOf(organization, named, account, options, terminal)
    return EXIT.clean
  }
  if (options.account !== undefined)
    throw new UsageError(`--account needs the id of an organization run, received ${named}.`)
  if (await isRun(stores, named)) await showRun(await storeWith(stores, named), named, options, terminal)
  else return showKeys(stores, named, options, terminal)
  return EXIT.clean
}

/**
 * @returns the exit code: 1 if a document cannot be read, and part of the history is missing
 * @throws RunNotFound if nothing has this name, UsageError for a text that no run, key or user can have as name
 */
async function showKeys(stores: RunStore[], named: string, options: ShowOptions, terminal: Terminal): Promise<number> {
  if (!isUserName(named)) runPrefix(named)
  // Loaded here: a list of runs does not need it.
  const { storiesOf } = await import('../../views/key-story.ts')
  const stories = await storiesOf(stores, named)
  if (stories.length === 0)
    throw new RunNotFound(
      `"${named}" not found in ${placesOf(stores, terminal)}: no run has this id, and no run changed a key with this id or user. To ask IAM about a key or user: keysweep explain`,
    )
  const ofRuns = (['csv', 'summary', 'all'] as const).find((name) => options[name])
  if (ofRuns !== undefined)
    throw new UsageError(`--${ofRuns} needs the id of a run, received the key or user ${named}.`)
  const { stdout, stderr, env } = terminal
  const isWhole = sayUnreadable(stories, stderr)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }
  if (options.json) stdout.write(`${plainJson(JSON.stringify(stories))}\n`)
  else stdout.write(storiesText(plainAll(stories), style))
  return isWhole ? EXIT.clean : EXIT.failed
}

const placesOf = (stores: RunStore[], { env }: Terminal): string =>
  stores.map(({ location }) => location).join(', ') || storesFolder(env)

function refuseMixedOptions(runId: string | undefined, options: ShowOptions): void {
  const { json, csv, follow, machine, summary, all } = options
  listsOf(options)
  if (json && csv) throw new UsageError('--json and --csv exclude each other. Use one of them.')
  if (follow && csv) throw new UsageError('--follow and --csv exclude each other. Use one of them.')
  if (follow && runId === undefined) throw new UsageError('--follow needs the id of a run. To list runs: keysweep show')
  if (runId === undefined && options.account !== undefined)
    throw new UsageError('--account needs the id of an organization run. To list runs: keysweep show')
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
  const stores = storesToRead(options, terminal)
  const organization = await storeWithOrganization(stores, runId)
  if (organization !== null) return followOrganizationRun(organization, runId, options, terminal)
  const store = await storeWith(stores, runId)
  await refuseUnknownRun(store, runId)
  const { followStore } = await import('../follow/follow-store.ts')
  if ((await followStore(store, runId, terminal)) === 'still running') return EXIT.interrupted
  terminal.stderr.write('\n')
  return exitCodeOf(await showRun(store, runId, options, terminal))
}

async function followOrganizationRun(
  store: RunStore,
  runId: string,
  options: ShowOptions,
  terminal: Terminal,
): Promise<number> {
  const { followOrganizationStore } = await import('../follow/follow-organization-store.ts')
  if (!(await followOrganizationStore(store, runId, terminal))) return EXIT.interrupted
  terminal.stderr.write('\n')
  const { showOrganization } = await import('./show-organization.ts')
  return exitCodeOfOrganization(await showOrganization(store, runId, options, terminal))
}

/** Prints the record, or what is known of a run without one. @returns the record */
export async function showRun(
  store: RunStore,
  runId: string,
  options: ShowOptions,
  terminal: Terminal,
): Promise<RunRecord> {
  const stored = await readRecord(store, runId)
  const life = stored.rebuilt ? await lifeOf(store, runId, terminal.env) : 'interrupted'
  if (stored.rebuilt) terminal.stderr.write(`${REBUILT[life](plain(runId))}\n\n`)
  const running = life === 'interrupted' ? null : runningRun(stored.record)
  const standing = running && { standing: standingOf(running.record, running.open, life === 'running') }
  const json = life === 'running' && running !== null ? running.json : stored.json
  const record = running?.record ?? stored.record
  const undone = await undoneOf(store, record, terminal)
  const { stdout, stderr, env } = terminal
  if (options.json || options.csv) {
    for (const text of undoneTexts(undone, record.counts.deactivated)) stderr.write(`${plain(`Undone ${text}`)}\n`)
    stdout.write(options.json ? `${plainJson(json)}\n` : keysCsv(stored.record.keys))
  } else {
    const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env), lists: listsOf(options) }
    const since = undoneLines(plainAll(undone), record.counts.deactivated, style)
    stdout.write(recordText(record, style, [], { ...standing, since }))
  }
  return stored.record
}

/** What stderr says of a record that was rebuilt. */
const REBUILT: Record<RunLife, (runId: string) => string> = {
  running: (runId) => `Run ${runId} is running. This is rebuilt from its stored documents.`,
  interrupted: (runId) => `Run ${runId} has no record: it was interrupted. This is rebuilt from its stored documents.`,
  unknown: (runId) =>
    `Run ${runId} has no record: it is running or was interrupted. This is rebuilt from its stored documents.`,
}

/** A damaged document about one key does not hide the record: it is named on stderr. */
async function undoneOf(store: RunStore, record: RunRecord, { stderr }: Terminal): Promise<UndoneLater[]> {
  const { undone, unreadable } = await (await import('../../views/key-story.ts')).undoneLater(store, record)
  for (const message of unreadable)
    stderr.write(`${plain(`keysweep: Cannot show all undos of this run: ${message}`)}\n`)
  return undone
}
