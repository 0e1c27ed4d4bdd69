// Write record: joins what the run left in the store into record.json, and lets programs and people know. Every path of
// the machine ends here.
import pMap from 'p-map'
import * as z from 'zod'
import type { Intent, KeyOutcome, RunInput, RunRecord } from '../core/model/documents.ts'
import { NoticeFailed, PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import type { ReportSlot } from '../core/model/facts.ts'
import { isRunId } from '../core/model/ids.ts'
import type { KeyVerdict } from '../core/model/verdict.ts'
import { eventsOf } from '../core/notify/events.ts'
import { type RunEnded, runEnded } from '../core/notify/message.ts'
import { recordMetrics } from '../core/notify/metrics.ts'
import { endOf, type KeyHistory, makeRecord } from '../core/run/record.ts'
import type { UndoPlan } from '../core/run/undo.ts'
import { accessKeyKey, runKey } from '../io/store/run-store.ts'
import type { OutcomePort, Ports } from '../steps/ports.ts'
import {
  putJson,
  readDecision,
  readJson,
  readSlices,
  readStoredPlan,
  type StoredSuspects,
} from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { outcomePort } from './lambda/outcome-port.ts'
import { storePort } from './lambda/store-port.ts'

const payload = z.object({
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).nullable(),
  /** Telling has been given up: tell whom it reaches, and end by the record all the same. */
  untold: z.boolean().default(false),
})

const STORE_READS_AT_ONCE = 20

type TellPorts = Pick<Ports, 'store'> & OutcomePort

/** A run on one machine ends before the eyes of whoever it concerns, and a record that is made again is no news. */
const NOBODY: OutcomePort = { publish: async () => {}, tellOutcome: async () => {}, showCommand: () => '' }

/**
 * A record stands whatever becomes of its telling, and a retry tells the same with the same ids.
 * @returns how the execution ends. @throws NoticeFailed once the record stands, and what the run store throws.
 */
export const makeWriteRecord =
  (given: Pick<Ports, 'store' | 'now'> & Partial<OutcomePort>) => async (event: unknown) => {
    const ports = { ...NOBODY, ...given }
    const asked = payload.parse(event)
    const { record, foreign } = await joinOrSayWhyNot(ports.store, asked, ports.now())
    // Under a run id that is taken, the record that stands, or is still to come, is another run's.
    const stands = foreign ? record : await putJson(ports.store, runKey(asked.runId, 'record.json'), record)
    const untold = await (asked.untold ? tellWhomItReaches(ports, stands) : tellAll(ports, stands))
    return { status: stands.status, ...endOf(stands), metrics: recordMetrics(stands, untold) }
  }

/** How many could not be told. Programs first: they know a repeat by its id, and people do not. @throws NoticeFailed */
async function tellAll(ports: TellPorts, record: RunRecord): Promise<number> {
  await ports.publish(eventsOf(record))
  await ports.tellOutcome(noticeOf(ports, record))
  return 0
}

/** How many could not be told. A bus that is gone must not keep the mail from people, nor the other way round. */
async function tellWhomItReaches(ports: TellPorts, record: RunRecord): Promise<number> {
  const told = await Promise.allSettled([ports.publish(eventsOf(record)), ports.tellOutcome(noticeOf(ports, record))])
  const failures = told.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const fault = failures.find((error) => !(error instanceof NoticeFailed))
  if (fault !== undefined) throw fault
  return failures.length
}

const noticeOf = ({ store, showCommand }: TellPorts, record: RunRecord): RunEnded =>
  runEnded(record, showCommand(record.runId, store.location))

type Asked = z.infer<typeof payload>

/** The stored input, unless it is of another execution: its record is not this one's to write, or to answer with. */
async function ownInput(
  store: Ports['store'],
  { runId, executionId, startedAt, error }: Asked,
): Promise<RunInput | null | 'foreign'> {
  if (!isRunId(runId) || error?.Error === 'RunIdTaken') return 'foreign'
  const input = await readJson<RunInput>(store, runKey(runId, 'input.json'))
  return input !== null && (input.executionId !== executionId || input.startedAt !== startedAt) ? 'foreign' : input
}

/** What cannot be read, or was changed by hand, must not keep the run from its last word. */
async function joinOrSayWhyNot(store: Ports['store'], asked: Asked, now: Date): Promise<Joined> {
  try {
    return await joinRecord(store, asked, now)
  } catch (error) {
    if (!(error instanceof PlanRefused || error instanceof StoreDamaged)) throw error
    const why = asked.error ?? { Error: error.name, Cause: error.message }
    return { record: makeRecord({ ...NOTHING, ...asked, endedAt: now.toISOString(), error: why }), foreign: false }
  }
}

const NOTHING = { input: null, report: null, verdicts: [], plan: null, decision: null, undo: null, histories: [] }

interface Joined {
  record: RunRecord
  foreign: boolean
}

async function joinRecord(store: Ports['store'], asked: Asked, now: Date): Promise<Joined> {
  const { runId, startedAt, error } = asked
  const stored = await ownInput(store, asked)
  const none = stored === 'foreign'
  const input = none ? null : stored
  const report = none ? null : await readJson<StoredSuspects>(store, runKey(runId, 'suspects.json'))
  const slices = none ? [] : await readSlices(store, runId)
  const plan = none ? null : await readStoredPlan(store, runId)
  const decision = none ? null : await readDecision(store, runId)
  const undo = none ? null : await readJson<UndoPlan>(store, runKey(runId, 'undo.json'))
  const handedOn = undo?.keys ?? plan?.plan.keys ?? []
  const record = makeRecord({
    runId,
    startedAt,
    endedAt: now.toISOString(),
    input,
    report,
    verdicts: [...(report?.rootKeys ?? []).map(rootVerdict), ...slices.flatMap((slice) => slice.verdicts)],
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

const readHistories = (store: Ports['store'], runId: string, accessKeyIds: string[]): Promise<KeyHistory[]> =>
  pMap(accessKeyIds, async (accessKeyId) => readHistory(store, runId, accessKeyId), {
    concurrency: STORE_READS_AT_ONCE,
  })

async function readHistory(store: Ports['store'], runId: string, accessKeyId: string): Promise<KeyHistory> {
  const outcome = await readJson<KeyOutcome>(store, accessKeyKey(accessKeyId, runId, 'outcome'))
  const intent = outcome === null ? await readJson<Intent>(store, accessKeyKey(accessKeyId, runId, 'intent')) : null
  return { accessKeyId, intent, outcome }
}

/** The root user's key is pointed out; nothing can be done to it here, and the report shows it without an id. */
const rootVerdict = (slot: ReportSlot): KeyVerdict => ({
  user: '<root_account>',
  accessKeyId: null,
  createdAt: null,
  lastUsedAt: slot.lastUsedAt,
  lastUsedService: slot.lastUsedService,
  lastUsedRegion: null,
  verdict: 'kept',
  rule: null,
  reason:
    slot.lastUsedAt === null
      ? 'root: an active key of the root user; last use unknown'
      : 'root: an active key of the root user',
  idleSince: null,
  staleOn: null,
  owner: null,
})

export const handler = measured(onLambda(makeWriteRecord, storePort, outcomePort))
