// Makes a run's record from its stored documents, and writes nothing. Write record, a stopped run, and `show` of a run
// without a record all use it.
import { judgeAgain } from '../core/judge/judge-again.ts'
import { rootKey } from '../core/judge/judge-user.ts'
import { foldKeyEvents, otherSweepers } from '../core/judge/key-events.ts'
import type { EventsShare } from '../core/model/documents/events.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { RecordedKeyEvents, RunRecord } from '../core/model/documents/record.ts'
import type { Slice } from '../core/model/documents/slice.ts'
import { PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import { isStoredRunId } from '../core/model/ids.ts'
import { intentName } from '../core/run/attempts.ts'
import { INTERRUPTED, type StateError } from '../core/run/execution-end.ts'
import { type KeyHistory, makeRecord } from '../core/run/record.ts'
import { accessKeyKey, type RunStore, runKey } from '../io/store/run-store.ts'
import { storeName } from '../io/store/store-name.ts'
import { type DocumentHashes, hashReads } from './document-hashes.ts'
import { eachAtOnce } from './each-at-once.ts'
import { namesOf, readJournal } from './key-journal.ts'
import { documents, read, readDecision, readEvents, readSlices, readStoredPlan } from './run-documents.ts'
import { eventsOfPlan } from './second-witness.ts'

/** An execution that has ended. */
export interface EndedExecution {
  runId: string
  executionId: string
  startedAt: string
  /** The error that ended it; null if there was none. */
  error: StateError | null
}

export interface JoinedRecord {
  record: RunRecord
  /** The run id belongs to another execution, and so do the stored documents. */
  foreign: boolean
}

/**
 * An unreadable or changed document must not prevent the record: the record then holds the error.
 * @throws StoreUnavailable | StoreRefused
 */
export async function joinRecord(store: RunStore, execution: EndedExecution, endedAt: Date): Promise<JoinedRecord> {
  const hashes = hashReads(store)
  try {
    return await join(hashes, execution, endedAt)
  } catch (error) {
    if (!isDamage(error)) throw error
    // That a run was stopped does not explain why its record has no keys.
    const stopped = execution.error === null || execution.error.Error === INTERRUPTED
    const why = stopped ? { Error: error.name, Cause: error.message } : execution.error
    const parts = {
      ...NOTHING,
      ...execution,
      endedAt: endedAt.toISOString(),
      documents: hashes.list(),
      error: why,
      incomplete: true,
    }
    return { record: makeRecord(parts), foreign: false }
  }
}

/** Whether a stored document is unreadable or changed. The record is written all the same, and names the document. */
export const isDamage = (error: unknown): error is PlanRefused | StoreDamaged =>
  error instanceof PlanRefused || error instanceof StoreDamaged

const NOTHING = {
  input: null,
  report: null,
  verdicts: [],
  plan: null,
  decision: null,
  undo: null,
  keyEvents: null,
  histories: [],
  documents: [],
  incomplete: false,
}

async function join(hashes: DocumentHashes, execution: EndedExecution, endedAt: Date): Promise<JoinedRecord> {
  const { store } = hashes
  const { runId } = execution
  const common = { ...execution, endedAt: endedAt.toISOString() }
  const input = await ownInput(store, execution)
  if (input === 'foreign') return { record: makeRecord({ ...NOTHING, ...common }), foreign: true }
  const report = await read(store, documents.suspects(runId))
  const slices = await readSlices(store, runId)
  const plan = await readStoredPlan(store, runId)
  const decision = await readDecision(store, runId)
  const undo = await read(store, documents.undo(runId))
  const handedOn = undo?.keys ?? plan?.plan.keys ?? []
  const shares = await readEvents(store, runId)
  const events = eventsOfPlan(shares)
  const judged = slices.map((slice) => (input === null ? slice : judgeAgain(slice, events, input)))
  const verdicts = [...(report?.rootKeys ?? []).map(rootKey), ...judged.flatMap((slice) => slice.verdicts)]
  const histories = await readHistories(hashes, runId, [
    ...new Set([...handedOn.map((key) => key.accessKeyId), ...reactivatedIn(slices)]),
  ])
  await hashes.readOthers((await store.list(runKey(runId, ''))).filter((key) => key !== documents.record(runId).key))
  const keyEvents = keyEventsOf(shares, store)
  const parts = {
    input,
    report,
    verdicts,
    plan,
    keyEvents,
    decision,
    undo,
    histories,
    documents: hashes.list(),
    incomplete: false,
  }
  return { record: makeRecord({ ...common, ...parts }), foreign: false }
}

/** What the run read of CloudTrail's event history; null: it read nothing. */
function keyEventsOf(shares: EventsShare[], store: RunStore): RecordedKeyEvents | null {
  if (shares.length === 0) return null
  return { witness: foldKeyEvents(shares).witness, otherSweepers: otherSweepers(shares, storeName(store.location)) }
}

/** The keys of which the run may have stored a reactivation. */
const reactivatedIn = (slices: Slice[]): string[] =>
  slices
    .flatMap(({ users }) => users.flatMap(({ facts }) => facts.keys))
    .flatMap(({ accessKeyId, reactivatedAt }) => (reactivatedAt === null ? [] : accessKeyId))

/** The stored input; `foreign` if it belongs to another execution, whose record this one must not write or return. */
async function ownInput(
  store: RunStore,
  { runId, executionId, startedAt, error }: EndedExecution,
): Promise<RunInput | null | 'foreign'> {
  if (!isStoredRunId(runId) || error?.Error === 'RunIdTaken') return 'foreign'
  const input = await read(store, documents.input(runId))
  return input !== null && (input.executionId !== executionId || input.startedAt !== startedAt) ? 'foreign' : input
}

const readHistories = (hashes: DocumentHashes, runId: string, accessKeyIds: string[]): Promise<KeyHistory[]> =>
  eachAtOnce(accessKeyIds, (accessKeyId) => readHistory(hashes, runId, accessKeyId))

/** If there is an outcome, other documents are only read for their hashes. */
async function readHistory(hashes: DocumentHashes, runId: string, accessKeyId: string): Promise<KeyHistory> {
  const { store } = hashes
  const names = namesOf(await readJournal(store, accessKeyId), runId)
  const outcome = names.includes('outcome') ? await read(store, documents.outcome(accessKeyId, runId)) : null
  const intent =
    outcome === null && names.includes(intentName(1))
      ? await read(store, documents.intent(accessKeyId, runId, 1))
      : null
  await hashes.readOthers(names.map((name) => accessKeyKey(accessKeyId, runId, name)))
  return { accessKeyId, intent, outcome }
}
