// Start run: checks the execution's input, merges it with the deployed settings, and stores the result for this run.
import * as z from 'zod'
import { type DeployedMode, MODE_STOPS } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { AnotherRunOpen, InputRefused, NobodyListens, RunIdTaken, SwitchedOff } from '../core/model/errors.ts'
import type { Caller } from '../core/model/facts.ts'
import { isRunId, RUN_ID_IN_WORDS } from '../core/model/ids.ts'
import { MILLISECONDS_PER_DAY } from '../core/model/instants.ts'
import { askedOrganizationRun, joinInput, refuseOtherAccount, type Settings } from '../core/model/settings.ts'
import { keepsOut } from '../core/run/beside.ts'
import { shownName } from '../core/texts/plain.ts'
import { confirmExecution } from '../steps/confirm-execution.ts'
import { type Settled, settlePart } from '../steps/part-of-organization.ts'
import { passHash, refuseWithout } from '../steps/pass.ts'
import type { ExecutionPort, Ports, StartPort } from '../steps/ports.ts'
import { documents, isStored, put } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { callerPort, executionPort, startPort, storePort } from './lambda/ports.ts'

/** The pass is made by the state machine before the call, so that a retry has the same. */
const payload = z.object({
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  pass: z.string().min(32),
})

type StartPorts = Pick<Ports, 'store' | 'pause'> & ExecutionPort & StartPort

/**
 * @returns the data of the state machine. Every counter has a value, because a missing path fails an execution.
 * @throws ExecutionNotConfirmed | PassRefused | InputRefused | SettingsRefused | RunIdTaken | AnotherRunOpen | SwitchedOff |
 *   MachineUnavailable | NobodyListens | NoticeFailed, and what IAM and the run store throw.
 */
export const makeStartRun = (ports: StartPorts) => async (event: unknown) => {
  const { pass, ...execution } = payload.parse(event)
  // The input of the execution, not of the event. It is in no state, so any size ends with a record.
  const input = await confirmExecution(ports, execution)
  refuseOddId(execution.runId)
  const deployed = ports.settings()
  const settle = settleWith(ports.store, execution.runId, deployed, input)
  const caller = await ports.caller()
  const requested: RunInput = { ...execution, passSha256: passHash(pass), ...(await settle(caller)), caller }
  const stored = await put(ports.store, documents.input(execution.runId), requested)
  refuseTakenId(stored, requested)
  refuseWithout(stored, pass)
  await refuseEndedId(ports.store, execution.runId)
  // An undo is urgent: it works under the brake too, and asks nobody.
  if (stored.undo === null) refuseSwitchedOff(stored.runId, deployed.mode)
  if (looksBeside(stored))
    refuseBeside(stored.runId, await ports.otherOpenRun(execution, (other) => keepsOut(stored, other)))
  if (stored.undo === null && stored.organizationRun === null) await refuseUnheard(stored, ports)
  return {
    pass,
    run: {
      undo: stored.undo !== null,
      storedPlan: stored.apply !== null,
      mode: stored.mode,
      concurrency: stored.policy.concurrency,
      approvalSeconds: (stored.approvalDays * MILLISECONDS_PER_DAY) / 1000,
    },
    report: { state: 'NONE', attempt: 0 },
    check: { next: 0, done: false },
    events: { next: 0, done: false },
    // Once the key events are read.
    plan: { next: stored.apply === null ? 'make' : 'take', sha256: '', keys: [] },
  }
}

/**
 * Checks the input, and settles once it is known who signs. A run works on its own account. Only the stored documents of an
 * organization run name another.
 * @throws InputRefused
 */
function settleWith(store: Ports['store'], runId: string, deployed: Settings, input: unknown) {
  const part = askedOrganizationRun(input)
  if (part !== null) return (caller: Caller) => settlePart(store, runId, part, caller)
  const joined = joinInput(deployed, input)
  return async ({ account }: Caller): Promise<Settled> => {
    // An undo is urgent, and works on the account of its run only.
    if (joined.undo === null) refuseOtherAccount(joined, account)
    return { ...joined, account, organizationRun: null, member: null }
  }
}

/** A survey writes nothing. An undo by itself does not wait; one of many accounts at once does. */
const looksBeside = ({ organizationRun, undo }: RunInput): boolean =>
  organizationRun === null ? undo === null : organizationRun.phase !== 'survey'

/** Step Functions accepts names that are not valid in its logs or in a run store. */
function refuseOddId(runId: string): void {
  if (isRunId(runId)) return
  throw new InputRefused(`Run id ${shownName(runId)} refused: it must have ${RUN_ID_IN_WORDS}`)
}

/** After the input is stored, so that the record names the account. */
function refuseSwitchedOff(runId: string, mode: DeployedMode): void {
  if (!MODE_STOPS[mode]) return
  throw new SwitchedOff(
    `Run ${runId} ends: keysweep is switched off (mode off in the deployed settings). To let runs start again, set another mode and deploy.`,
  )
}

function refuseBeside(runId: string, other: string | null): void {
  if (other === null) return
  throw new AnotherRunOpen(
    `Run ${runId} ends: run ${other} is open, and only one run at a time may change keys of an account`,
  )
}

/** A plan that nobody hears of would wait until it expires, and would block other runs. */
async function refuseUnheard({ runId, mode, approval }: RunInput, { unheardTopic }: StartPort): Promise<void> {
  if (mode !== 'apply' || approval !== 'always') return
  const topic = (await unheardTopic?.()) ?? null
  if (topic === null) return
  throw new NobodyListens(
    `Run ${runId} refused: approval is "always", so somebody must hear of its plan; ${topic} has no confirmed subscription. Set the deploy parameter "email" or use aws sns subscribe, confirm the mail, and start the run again.`,
  )
}

/** A start that failed has a record and no input. So a record that is there already is another execution's. */
async function refuseEndedId(store: Ports['store'], runId: string): Promise<void> {
  if (!(await isStored(store, documents.record(runId)))) return
  throw new RunIdTaken(`Run id ${runId} was used before: it has a record. Choose a new id.`)
}

/** A retry of the same execution continues with its stored input. Another execution of the same name must not. */
function refuseTakenId(stored: RunInput, requested: RunInput): void {
  if (stored.executionId === requested.executionId && stored.startedAt === requested.startedAt) return
  throw new RunIdTaken(
    `Run id ${requested.runId} was used before, by an execution started at ${stored.startedAt}; this one started at ${requested.startedAt}. Choose a new id.`,
  )
}

export const handler = onLambda(makeStartRun, callerPort, executionPort, storePort, startPort)
