// Plan undo: lists what a run took, from its intents, so that a run that broke off can be undone as well.
import pMap from 'p-map'
import * as z from 'zod'
import type { UndoPlan } from '../core/model/documents/undo.ts'
import { InputRefused } from '../core/model/errors.ts'
import { keysToUndo, refuseUndoOf, type UndoKey } from '../core/run/undo.ts'
import { readAttempts } from '../steps/key-journal.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, isStored, put, read, readInput, readStoredPlan } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

/** @throws InputRefused, and what the run store throws. */
export const makePlanUndo =
  ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  async (event: unknown) => {
    const { runId } = payload.parse(event)
    const place = documents.undo(runId)
    const stands = (await read(store, place)) ?? (await put(store, place, await draftUndo(store, runId, now())))
    return { keys: stands.keys.map(({ user, accessKeyId }) => ({ user, accessKeyId })) }
  }

async function draftUndo(store: Ports['store'], runId: string, now: Date): Promise<UndoPlan> {
  const { undo, account } = await readInput(store, runId)
  if (undo === null)
    throw new InputRefused(`Undo refused: expected a run that is to undo one, received ${runId}, which is not`)
  refuseUndoOf(undo.run, await read(store, documents.input(undo.run)), account)
  const planned = keysToUndo(undo, (await readStoredPlan(store, undo.run))?.plan.keys ?? null)
  await stopRun(store, runId, undo.run, planned)
  const attempts = await pMap(planned, (key) => readAttempts(store, undo.run, key.accessKeyId), { concurrency: 20 })
  const keys = planned.filter((_, index) => attempts[index]?.sent)
  return { runId, run: undo.run, createdAt: now.toISOString(), keys }
}

/**
 * A run that still works must not go on taking the keys that are being brought back. The mark is written before its
 * intents are read; Deactivate key notes its intent before it looks for the mark: one of the two always sees the other.
 */
async function stopRun(store: Ports['store'], by: string, run: string, planned: UndoKey[]): Promise<void> {
  if (await isStored(store, documents.record(run))) return
  await pMap(planned, (key) => put(store, documents.undoneMark(key.accessKeyId, run), { by }), { concurrency: 20 })
}

export const handler = onLambda(makePlanUndo, storePort)
