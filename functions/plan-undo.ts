// Plan undo: lists what a run took, from its intents, so that a run that broke off can be undone as well.
import pMap from 'p-map'
import * as z from 'zod'
import { InputRefused } from '../core/errors.ts'
import type { RunInput } from '../core/model.ts'
import { keysToUndo, refuseUndoOf, type UndoKey, type UndoPlan } from '../core/undo.ts'
import { runKey } from '../io/run-store.ts'
import { readRunTries } from './key-traces.ts'
import { onLambda } from './on-lambda.ts'
import type { Ports } from './ports.ts'
import { storePort } from './store-port.ts'
import { putJson, readInput, readJson, readStoredPlan } from './stored.ts'

const payload = z.object({ runId: z.string() })

/** @throws InputRefused, and what the run store throws. */
export const makePlanUndo =
  ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  async (event: unknown) => {
    const { runId } = payload.parse(event)
    const key = runKey(runId, 'undo.json')
    const stands =
      (await readJson<UndoPlan>(store, key)) ?? (await putJson(store, key, await draftUndo(store, runId, now())))
    return { keys: stands.keys.map(({ user, accessKeyId }) => ({ user, accessKeyId })) }
  }

async function draftUndo(store: Ports['store'], runId: string, now: Date): Promise<UndoPlan> {
  const { undo } = await readInput(store, runId)
  if (undo === null)
    throw new InputRefused(`Undo refused: expected a run that is to undo one, received ${runId}, which is not`)
  refuseUndoOf(undo.run, await readJson<RunInput>(store, runKey(undo.run, 'input.json')))
  const keys = keysToUndo(undo, await keysTaken(store, undo.run))
  return { runId, run: undo.run, createdAt: now.toISOString(), keys }
}

/** The planned keys of a run with an update that may have taken effect. */
async function keysTaken(store: Ports['store'], run: string): Promise<UndoKey[]> {
  const planned = (await readStoredPlan(store, run))?.plan.keys ?? []
  const tries = await pMap(planned, (key) => readRunTries(store, run, key.accessKeyId), { concurrency: 20 })
  return planned.filter((_, index) => tries[index]?.sent)
}

export const handler = onLambda(makePlanUndo, storePort)
