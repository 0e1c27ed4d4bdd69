// Joins what a run left in the store into its record, and writes nothing: Write record, a stopped run and whoever looks at
// a run without a record go by the same words.
import pMap from 'p-map'
import { rootKey } from '../core/judge/judge-user.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { RunRecord } from '../core/model/documents/record.ts'
import { PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import { isRunId } from '../core/model/ids.ts'
import { type KeyHistory, makeRecord, type StateError } from '../core/run/record.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { documents, read, readDecision, readSlices, readStoredPlan } from './run-documents.ts'

const STORE_READS_AT_ONCE = 20

/** An execution that has come to its end. */
export interface EndedExecution {
  runId: string
  executionId: string
  startedAt: string
  /** What broke it off; null: nothing did. */
  error: StateError | null
}

export interface JoinedRecord {
  record: RunRecord
  /** The run id is taken: what stands in the store under it is another execution's. */
  foreign: boolean
}

/**
 * What cannot be read, or was changed by hand, must not keep the run from its last word: the record then says why.
 * @throws StoreUnavailable | StoreRefused
 */
export async function joinRecord(store: RunStore, execution: EndedExecution, endedAt: Date): Promise<JoinedRecord> {
  try {
    return await join(store, execution, endedAt)
  } catch (error) {
    if (!(error instanceof PlanRefused || error instanceof StoreDamaged)) throw error
    const why = execution.error ?? { Error: error.name, Cause: error.message }
    return {
      record: makeRecord({ ...NOTHING, ...execution, endedAt: endedAt.toISOString(), error: why }),
      foreign: false,
    }
  }
}

const NOTHING = { input: null, report: null, verdicts: [], plan: null, decision: null, undo: null, histories: [] }

async function join(store: RunStore, execution: EndedExecution, endedAt: Date): Promise<JoinedRecord> {
  const { runId, startedAt, error } = execution
  const stored = await ownInput(store, execution)
  const none = stored === 'foreign'
  const input = none ? null : stored
  const report = none ? null : await read(store, documents.suspects(runId))
  const slices = none ? [] : await readSlices(store, runId)
  const plan = none ? null : await readStoredPlan(store, runId)
  const decision = none ? null : await readDecision(store, runId)
  const undo = none ? null : await read(store, documents.undo(runId))
  const handedOn = undo?.keys ?? plan?.plan.keys ?? []
  const record = makeRecord({
    runId,
    startedAt,
    endedAt: endedAt.toISOString(),
    input,
    report,
    verdicts: [...(report?.rootKeys ?? []).map(rootKey), ...slices.flatMap((slice) => slice.verdicts)],
    plan,
    decision,
    undo,
    histories: await readHistories(
      store,
      runId,
      handedOn.map((key) => key.accessKeyId),
    ),
    error,
  })
  return { record, foreign: none }
}

/** The stored input, unless it is of another execution: its record is not this one's to write, or to answer with. */
async function ownInput(
  store: RunStore,
  { runId, executionId, startedAt, error }: EndedExecution,
): Promise<RunInput | null | 'foreign'> {
  if (!isRunId(runId) || error?.Error === 'RunIdTaken') return 'foreign'
  const input = await read(store, documents.input(runId))
  return input !== null && (input.executionId !== executionId || input.startedAt !== startedAt) ? 'foreign' : input
}

const readHistories = (store: RunStore, runId: string, accessKeyIds: string[]): Promise<KeyHistory[]> =>
  pMap(accessKeyIds, async (accessKeyId) => readHistory(store, runId, accessKeyId), {
    concurrency: STORE_READS_AT_ONCE,
  })

async function readHistory(store: RunStore, runId: string, accessKeyId: string): Promise<KeyHistory> {
  const outcome = await read(store, documents.outcome(accessKeyId, runId))
  const intent = outcome === null ? await read(store, documents.intent(accessKeyId, runId, 1)) : null
  return { accessKeyId, intent, outcome }
}
