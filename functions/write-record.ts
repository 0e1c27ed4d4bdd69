// Write record: joins what the run left in the store into record.json. Every path of the machine ends here.
import pMap from 'p-map'
import * as z from 'zod'
import type { Intent, KeyOutcome, KeyVerdict, ReportSlot, RunInput, RunRecord } from '../core/model.ts'
import { endOf, type KeyHistory, makeRecord } from '../core/record.ts'
import type { UndoPlan } from '../core/undo.ts'
import { accessKeyKey, runKey } from '../io/run-store.ts'
import { onLambda } from './on-lambda.ts'
import type { Ports } from './ports.ts'
import { storePort } from './store-port.ts'
import { putJson, readDecision, readJson, readSlices, readStoredPlan, type StoredSuspects } from './stored.ts'

const payload = z.object({
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).nullable(),
})

const STORE_READS_AT_ONCE = 20

/**
 * @returns how the execution ends. @throws what the run store throws.
 */
export const makeWriteRecord =
  ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  async (event: unknown) => {
    const asked = payload.parse(event)
    const record = await joinRecord(store, asked, now())
    // Of an execution that was refused because its run id is taken, the record that stands is another run's.
    const stands = isForeign(asked) ? record : await putJson(store, runKey(asked.runId, 'record.json'), record)
    return { status: stands.status, ...endOf(stands) }
  }

type Asked = z.infer<typeof payload>

const isForeign = ({ error }: Asked): boolean => error?.Error === 'RunIdTaken'

async function joinRecord(store: Ports['store'], asked: Asked, now: Date): Promise<RunRecord> {
  const { runId, startedAt, error } = asked
  const none = isForeign(asked)
  const input = none ? null : await readJson<RunInput>(store, runKey(runId, 'input.json'))
  const report = none ? null : await readJson<StoredSuspects>(store, runKey(runId, 'suspects.json'))
  const slices = none ? [] : await readSlices(store, runId)
  const plan = none ? null : await readStoredPlan(store, runId)
  const decision = none ? null : await readDecision(store, runId)
  const undo = none ? null : await readJson<UndoPlan>(store, runKey(runId, 'undo.json'))
  const handedOn = undo?.keys ?? plan?.plan.keys ?? []
  return makeRecord({
    runId,
    startedAt: input?.startedAt ?? startedAt,
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

export const handler = onLambda(makeWriteRecord, storePort)
