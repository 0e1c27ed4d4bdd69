// Plan undo: lists the keys that a run deactivated, from its intents, so that an aborted run can be undone as well.
import * as z from 'zod'
import type { RunInput } from '../core/model/documents/input.ts'
import type { UndoPlan } from '../core/model/documents/undo.ts'
import { InputRefused } from '../core/model/errors.ts'
import { planHash } from '../core/run/plan.ts'
import { keysToUndo, refuseUndoOf, type UndoKey } from '../core/run/undo.ts'
import { eachAtOnce } from '../steps/each-at-once.ts'
import { readAttempts } from '../steps/key-journal.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, inForce, isStored, put, read, readStored, readStoredPlan, write } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

/** @throws PassRefused | InputRefused, and what the run store throws. */
export const makePlanUndo = ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  withPass({ store }, payload, async ({ runId }, input) => {
    const ref = documents.undo(runId)
    const { document, text } =
      (await readStored(store, ref)) ?? (await write(store, ref, await draftUndo(store, inForce(input), now())))
    return { sha256: planHash(text), keys: document.keys.map(({ user, accessKeyId }) => ({ user, accessKeyId })) }
  })

async function draftUndo(store: Ports['store'], run: RunInput, now: Date): Promise<UndoPlan> {
  const { runId, undo } = run
  if (undo === null) throw new InputRefused(`Undo refused: run ${runId} was not started as an undo`)
  refuseUndoOf(undo.run, await read(store, documents.input(undo.run)), run)
  const plan = await readStoredPlan(store, undo.run)
  const planned = keysToUndo(undo, plan?.plan.keys ?? null, run.organizationRun)
  await stopRun(store, runId, undo.run, planned)
  const attempts = await eachAtOnce(planned, (key) => readAttempts(store, undo.run, key.accessKeyId))
  const keys = planned.filter((_, index) => attempts[index]?.sent)
  return { runId, run: undo.run, plan: plan?.sha256 ?? null, createdAt: now.toISOString(), keys }
}

/**
 * A run that is still working must not deactivate the keys again. The marker is written before its intents are read.
 * Deactivate key stores its intent before it looks for the marker. So at least one side sees the other.
 */
async function stopRun(store: Ports['store'], by: string, run: string, planned: UndoKey[]): Promise<void> {
  if (await isStored(store, documents.record(run))) return
  await eachAtOnce(planned, (key) => put(store, documents.undoneMark(key.accessKeyId, run), { by }))
}

export const handler = onLambda(makePlanUndo, storePort)
