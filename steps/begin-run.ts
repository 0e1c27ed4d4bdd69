// How a run begins, also an organization run: whether its id is free, and what keeps it from going on.
import * as z from 'zod'
import { type DeployedMode, MODE_STOPS, MODE_WRITES } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { AnotherRunOpen, InputRefused, NobodyListens, RunIdTaken, SwitchedOff } from '../core/model/errors.ts'
import { MILLISECONDS_PER_DAY } from '../core/model/instants.ts'
import { shownName } from '../core/texts/plain.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { refuseWithout } from './pass.ts'
import type { StartPort } from './ports.ts'
import { type DocumentRef, isStored, put } from './run-documents.ts'

/** What Start run gets. The pass is made by the state machine before the call, so that a retry has the same. */
export const startPayload = z.object({
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  pass: z.string().min(32),
})

/** Step Functions accepts names that are not valid in its logs or in a run store. @throws InputRefused */
export function refuseOddId(runId: string, isId: (runId: string) => boolean, inWords: string): void {
  if (isId(runId)) return
  throw new InputRefused(`Run id ${shownName(runId)} refused: it must have ${inWords}`)
}

type Begun = Pick<RunInput, 'runId' | 'executionId' | 'startedAt' | 'passSha256'>

/**
 * Stores the input of a run, or goes on with the one that an earlier attempt has stored.
 * @param record the place of the run's record
 * @throws RunIdTaken | PassRefused, and what the run store throws
 */
export async function storeInput<Input extends Begun>(
  store: RunStore,
  input: DocumentRef<Input>,
  record: DocumentRef<unknown>,
  requested: Input,
  pass: string,
): Promise<Input> {
  const stored = await put(store, input, requested)
  refuseTakenId(stored, requested)
  refuseWithout(stored, pass)
  await refuseEndedId(store, record, requested.runId)
  return stored
}

/** A retry of the same execution continues with its stored input. Another execution of the same name must not. */
function refuseTakenId(stored: Begun, requested: Begun): void {
  if (stored.executionId === requested.executionId && stored.startedAt === requested.startedAt) return
  throw new RunIdTaken(
    `Run id ${requested.runId} was used before, by an execution started at ${stored.startedAt}; this one started at ${requested.startedAt}. Choose a new id.`,
  )
}

/** A start that failed has a record and no input. So a record that is there already is another execution's. */
async function refuseEndedId(store: RunStore, record: DocumentRef<unknown>, runId: string): Promise<void> {
  if (!(await isStored(store, record))) return
  throw new RunIdTaken(`Run id ${runId} was used before: it has a record. Choose a new id.`)
}

/** After the input is stored, so that the record names the account. @throws SwitchedOff */
export function refuseSwitchedOff(runId: string, mode: DeployedMode): void {
  if (!MODE_STOPS[mode]) return
  throw new SwitchedOff(
    `Run ${runId} ends: keysweep is switched off (mode off in the deployed settings). To let runs start again, set another mode and deploy.`,
  )
}

/** @param rule which runs exclude each other @throws AnotherRunOpen */
export function refuseBeside(runId: string, other: string | null, rule: string): void {
  if (other === null) return
  throw new AnotherRunOpen(`Run ${runId} ends: run ${other} is open, and ${rule}`)
}

/** A plan that nobody hears of would wait until it expires, and would block other runs. @throws NobodyListens | NoticeFailed */
export async function refuseUnheard(
  { runId, mode, approval }: Pick<RunInput, 'runId' | 'mode' | 'approval'>,
  { unheardTopic }: Pick<StartPort, 'unheardTopic'>,
): Promise<void> {
  if (!MODE_WRITES[mode] || approval !== 'always') return
  const topic = (await unheardTopic?.()) ?? null
  if (topic === null) return
  throw new NobodyListens(
    `Run ${runId} refused: approval is "always", so somebody must hear of its plan; ${topic} has no confirmed subscription. Set the deploy parameter "email" or use aws sns subscribe, confirm the mail, and start the run again.`,
  )
}

/** How long the state machine waits for an answer, in seconds. */
export const approvalSecondsOf = ({ approvalDays }: Pick<RunInput, 'approvalDays'>): number =>
  (approvalDays * MILLISECONDS_PER_DAY) / 1000
