// What all runs did to an access key, in every run store that is read.
import pMap from 'p-map'
import type { KeyTrace } from '../core/judge/key-history.ts'
import type { RunRecord } from '../core/model/documents/record.ts'
import { StoreDamaged, StoreRefused } from '../core/model/errors.ts'
import { ACCESS_KEY_ID } from '../core/model/ids.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import type { KeyEvent, KeyStory } from '../core/model/printed.ts'
import { keyIdsIn, type RunStore } from '../io/store/run-store.ts'
import { readJournal, readTrace } from '../steps/key-journal.ts'
import { documents, read } from '../steps/run-documents.ts'

const READS_AT_ONCE = 20

/**
 * The key's history over all runs of these stores. A document that cannot be read hides no other: it is named in `unreadable`.
 * @throws StoreUnavailable
 */
export async function storyOf(stores: RunStore[], accessKeyId: string): Promise<KeyStory> {
  const unreadable: string[] = []
  const found = (await pMap(stores, (store) => eventsIn(store, accessKeyId, unreadable))).flat()
  const history = found.map(({ event }) => event).toSorted((a, b) => at(a) - at(b))
  const user = found.findLast((one) => one.user !== null)?.user ?? null
  return {
    ...{ accessKeyId, user },
    history: history.map((event) => ({ ...event, undone: undoneBy(event, history) })),
    ...(unreadable.length > 0 && { unreadable }),
  }
}

/** The history of the key of this id, or of each key of the user of this name; none if no run did anything to it. @throws as `storyOf` */
export async function storiesOf(stores: RunStore[], named: string): Promise<KeyStory[]> {
  if (ACCESS_KEY_ID.test(named)) {
    const story = await storyOf(stores, named)
    if (story.history.length > 0 || story.unreadable !== undefined) return [story]
  }
  return storiesOfUser(stores, named)
}

/**
 * The histories of every key of the user that a run has changed. Reads what the stores hold about each key. A key whose user
 * is not known, because its documents cannot be read, may be the user's.
 * @throws as `storyOf`
 */
async function storiesOfUser(stores: RunStore[], user: string): Promise<KeyStory[]> {
  const ids = await pMap(stores, async (store) => keyIdsIn(await store.list('keys/')))
  const unique = [...new Set(ids.flat())].sort()
  const stories = await pMap(unique, (id) => storyOf(stores, id), { concurrency: READS_AT_ONCE })
  return stories.filter((story) => story.user === user || (story.user === null && story.unreadable !== undefined))
}

/** A key that a run deactivated, and the undo that set it Active again. */
export interface UndoneLater {
  accessKeyId: string
  by: string
  at: string
}

/** The keys that the run deactivated and that an undo has reactivated since, in this store. @throws as `storyOf` */
export async function undoneLater(
  store: RunStore,
  { runId, keys }: RunRecord,
): Promise<{ undone: UndoneLater[]; unreadable: string[] }> {
  const ids = keys.flatMap(({ outcome, accessKeyId }) =>
    outcome === 'deactivated' && accessKeyId !== null ? accessKeyId : [],
  )
  const stories = await pMap(ids, (id) => storyOf([store], id), { concurrency: READS_AT_ONCE })
  const undone = stories.flatMap(({ accessKeyId, history }) => {
    const later = history.find(({ run, what }) => run === runId && what === 'deactivated')?.undone
    return later == null ? [] : { accessKeyId, by: later.run, at: later.at }
  })
  return { undone, unreadable: stories.flatMap(({ unreadable = [] }) => unreadable) }
}

interface Found {
  event: KeyEvent
  user: string | null
}

async function eventsIn(store: RunStore, accessKeyId: string, unreadable: string[]): Promise<Found[]> {
  const orNull = <T>(read: Promise<T>) => read.catch((error) => noteUnreadable(error, store, unreadable))
  const journal = await orNull(readJournal(store, accessKeyId))
  const runs = [...(journal?.namesByRun ?? [])]
  const found = await pMap(
    runs,
    async ([runId, names]) => {
      const trace = await orNull(readTrace(store, runId, accessKeyId, names))
      if (trace === null) return []
      const input = await orNull(read(store, documents.input(runId)))
      return eventsOf(trace, { store: store.location, undoOf: input?.undo?.run ?? null })
    },
    { concurrency: READS_AT_ONCE },
  )
  return found.flat()
}

/** @returns null, for what is not read. @throws an error that does not name one document */
function noteUnreadable(error: unknown, { location }: RunStore, unreadable: string[]): null {
  if (error instanceof StoreRefused) unreadable.push(error.message)
  else if (error instanceof StoreDamaged) unreadable.push(damagedText(error.message, location))
  else throw error
  return null
}

/** The error names the document by its key in the store. */
const damagedText = (message: string, location: string): string =>
  `${message.replace('Cannot read ', `Cannot read ${location}/`)}. Restore this file from a backup. Until then no run with this run store deactivates the key.`

function eventsOf(trace: KeyTrace, { store, undoOf }: Pick<KeyEvent, 'store' | 'undoOf'>): Found[] {
  const { runId, intent, outcome, sent, reactivationSeenAt } = trace
  const common = { run: runId, store, undoOf, undone: null }
  const user = outcome?.user ?? intent?.user ?? null
  const done = outcome ?? (sent ? { outcome: 'no outcome' as const, reason: null, at: intent?.at ?? '' } : null)
  return [
    done === null ? [] : { event: { ...common, what: done.outcome, reason: done.reason, at: done.at }, user },
    reactivationSeenAt === null
      ? []
      : { event: { ...common, what: 'seen Active' as const, reason: null, at: reactivationSeenAt }, user },
  ].flat()
}

function undoneBy({ run, what }: KeyEvent, history: KeyEvent[]): KeyEvent['undone'] {
  if (what !== 'deactivated') return null
  const undo = history.find((other) => other.what === 'reactivated' && other.undoOf === run)
  return undo === undefined ? null : { run: undo.run, at: undo.at }
}

const at = (event: KeyEvent): number => millisecondsOf(event.at) ?? 0
