// The second witness: what CloudTrail's event history says of keys, beside the run store.
import type { Events } from '../core/judge/judge-again.ts'
import { foldKeyEvents, type KeyHistoryOfEvents } from '../core/judge/key-events.ts'
import type { EventsShare } from '../core/model/documents/events.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { NoSecondWitness } from '../core/model/errors.ts'
import type { Witness } from '../core/model/key-events.ts'
import { noWitnessText } from '../core/texts/witness-text.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { readOnce } from './read-once.ts'
import { listEvents, readEventsAt } from './run-documents.ts'

/** By the keys of the documents, which are their names: each is written once. So they are read and parsed once for all keys of a run. */
const historyOnce = readOnce<KeyHistoryOfEvents>()

/** What the run read of the event history so far. @throws NoSecondWitness if the settings require it; what the run store throws */
export async function readSecondWitness(store: RunStore, run: RunInput): Promise<KeyHistoryOfEvents> {
  const found = await listEvents(store, run.runId)
  const keys = found.join()
  const { value: history } = await historyOnce(store, keys, keys, async () => ({
    value: foldKeyEvents(await readEventsAt(store, found)),
    sha256: keys,
  }))
  refuseWithoutWitness(run, history.witness)
  return history
}

/** The events that the plan was made by: those of the first round. A later round is read after an approval. */
export function eventsOfPlan(shares: EventsShare[]): KeyHistoryOfEvents & Events {
  const ofPlan = shares.filter(({ round }) => round === 1)
  return { ...foldKeyEvents(ofPlan), readUntil: ofPlan.at(-1)?.to ?? null }
}

/** @throws NoSecondWitness */
export function refuseWithoutWitness(
  { runId, keyEvents }: Pick<RunInput, 'runId' | 'keyEvents'>,
  witness: Witness,
): void {
  if (witness.complete || keyEvents !== 'required') return
  throw new NoSecondWitness(
    `Run ${runId} refused: the settings have keyEvents: required, and there is ${noWitnessText(witness)}. Allow cloudtrail:LookupEvents, or set keyEvents: optional.`,
  )
}
