// The gate to every reactivation, as decided-plan.ts is for deactivations. An intent alone does not prove that the run
// deactivated the key: the run's input, plan and decision must have allowed it.
import { BEHIND_MILLISECONDS } from '../core/judge/clock.ts'
import { MODE_WRITES } from '../core/model/closed-sets.ts'
import type { StoredDecision } from '../core/model/documents/decision.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { Intent } from '../core/model/documents/key.ts'
import type { UndoPlan } from '../core/model/documents/undo.ts'
import { PlanRefused } from '../core/model/errors.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import type { PlannedKey } from '../core/model/verdict.ts'
import { leftOutOf } from '../core/run/decision.ts'
import { planHash } from '../core/run/plan.ts'
import { refuseUndoOf } from '../core/run/undo.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type IndexedPlan, readIndexedPlan } from './decided-plan.ts'
import { eachAtOnce } from './each-at-once.ts'
import { attemptsIn, readJournal } from './key-journal.ts'
import type { KeyOfRun } from './key-outcome.ts'
import { byId, type Named, readOnce } from './read-once.ts'
import { documents, needStored, read, readDecision } from './run-documents.ts'

export interface UndoneKey {
  /** The run that is undone. */
  run: string
  account: string
}

/**
 * The undone run, if all its documents say that it deactivated the key.
 * @throws PlanRefused for a key outside the undo, and if the documents of the undone run disagree; InputRefused for a run
 *   that cannot be undone; and what the run store throws
 */
export async function undoneKey(store: RunStore, key: KeyOfRun, run: RunInput): Promise<UndoneKey> {
  const { account } = run
  const { runId, user, accessKeyId } = key
  const { undo, byId } = await readUndo(store, runId, key.plan)
  if (byId.get(accessKeyId)?.user !== user)
    throw new PlanRefused(`Key ${accessKeyId} of user ${user} refused: it is not among the keys of undo ${runId}`)
  const source = await read(store, documents.input(undo.run))
  refuseUndoOf(undo.run, source, run)
  const [stored, decision] = await Promise.all([
    readIndexedPlan(store, undo.run, undo.plan ?? undefined),
    readDecision(store, undo.run),
  ])
  const intents = await readIntents(store, undo.run, accessKeyId)
  const fault = faultOf({ source, stored, decision, intents }, { ...key, runId: undo.run })
  if (fault === null) return { run: undo.run, account }
  throw new PlanRefused(
    `Key ${accessKeyId} of user ${user} not reactivated: the documents of run ${undo.run} must all say that it deactivated the key; received ${fault}`,
  )
}

interface Documents {
  source: RunInput
  stored: Named<IndexedPlan> | null
  decision: StoredDecision | null
  intents: Intent[]
}

/** The document that shows that the run cannot have deactivated the key; null if none does. */
function faultOf({ source, stored, decision, intents }: Documents, key: KeyOfRun): string | null {
  if (!MODE_WRITES[source.mode]) return `an input with mode ${source.mode}`
  if (stored === null) return 'no plan'
  const {
    value: { plan, byId },
    sha256,
  } = stored
  if (plan.account !== source.account) return `a plan of account ${plan.account}`
  const leftOut = leftOutOf(plan, sha256, decision)
  if (leftOut === null)
    return `a plan with mode ${plan.mode}, next step "${plan.next}" and decision "${decision?.answer ?? 'none'}"${decision !== null && decision.plan !== sha256 ? ' for another plan' : ''}`
  if (leftOut.includes(key.accessKeyId)) return 'a decision that leaves the key out'
  if (byId.get(key.accessKeyId)?.user !== key.user) return 'a plan without the key'
  const from = plan.next === 'approval' && decision !== null ? decision.at : plan.createdAt
  return intents.map((intent) => faultOfIntent(intent, key, from)).find((fault) => fault !== null) ?? null
}

/** @param from when the run could start to deactivate keys; clocks may differ by some minutes */
function faultOfIntent(intent: Intent, { runId, user, accessKeyId }: KeyOfRun, from: string): string | null {
  if (intent.action !== 'deactivate') return `an intent to ${intent.action}`
  if (intent.runId !== runId || intent.user !== user || intent.accessKeyId !== accessKeyId)
    return `an intent of run ${intent.runId} for ${intent.accessKeyId} of ${intent.user}`
  const since = (millisecondsOf(intent.at) ?? Number.NaN) - (millisecondsOf(from) ?? Number.NaN)
  return since >= -BEHIND_MILLISECONDS ? null : `an intent of ${intent.at}, before ${from}`
}

/** All intents of the run for the key. */
async function readIntents(store: RunStore, runId: string, accessKeyId: string): Promise<Intent[]> {
  const { count } = attemptsIn(await readJournal(store, accessKeyId), runId)
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const intents = await eachAtOnce(numbers, (n) => read(store, documents.intent(accessKeyId, runId, n)))
  return intents.filter((intent) => intent !== null)
}

interface IndexedUndo {
  undo: UndoPlan
  byId: ReadonlyMap<string, PlannedKey>
}

const undoOnce = readOnce<IndexedUndo>()

/** @throws PlanRefused if the stored undo has another hash than `sha256`, StoreDamaged if there is none, and what the run store throws */
async function readUndo(store: RunStore, runId: string, sha256: string | undefined): Promise<IndexedUndo> {
  const ref = documents.undo(runId)
  const named = await undoOnce(store, ref.key, sha256, async () => {
    const { document, text } = await needStored(store, ref)
    const found = planHash(text)
    if (sha256 !== undefined && found !== sha256)
      throw new PlanRefused(`Undo ${runId} refused: its sha256 must be ${sha256}, and is ${found}. Start a new undo.`)
    return { value: { undo: document, byId: byId(document.keys) }, sha256: found }
  })
  return named.value
}
