// Start run: checks the execution's input, merges it with the deployed settings, and stores the result for this run.
import type { RunInput } from '../core/model/documents/input.ts'
import { askedOrganizationRun, joinInput } from '../core/model/execution-input.ts'
import type { Caller } from '../core/model/facts.ts'
import { isRunId, RUN_ID_IN_WORDS } from '../core/model/ids.ts'
import { refuseOtherAccount, type Settings } from '../core/model/settings.ts'
import { keepsOut } from '../core/run/beside.ts'
import {
  approvalSecondsOf,
  refuseBeside,
  refuseOddId,
  refuseSwitchedOff,
  refuseUnheard,
  startPayload,
  storeInput,
} from '../steps/begin-run.ts'
import { confirmExecution } from '../steps/confirm-execution.ts'
import { type Settled, settlePart } from '../steps/part-of-organization.ts'
import { passHash } from '../steps/pass.ts'
import type { ExecutionPort, Ports, StartPort } from '../steps/ports.ts'
import { documents } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { callerPort, executionPort, startPort, storePort } from './lambda/ports.ts'

type StartPorts = Pick<Ports, 'store' | 'pause'> & ExecutionPort & StartPort

/**
 * @returns the data of the state machine. Every counter has a value, because a missing path fails an execution.
 * @throws ExecutionNotConfirmed | PassRefused | InputRefused | SettingsRefused | RunIdTaken | AnotherRunOpen | SwitchedOff |
 *   MachineUnavailable | NobodyListens | NoticeFailed, and what IAM and the run store throw.
 */
export const makeStartRun = (ports: StartPorts) => async (event: unknown) => {
  const { pass, ...execution } = startPayload.parse(event)
  // The input of the execution, not of the event. It is in no state, so any size ends with a record.
  const input = await confirmExecution(ports, execution)
  refuseOddId(execution.runId, isRunId, RUN_ID_IN_WORDS)
  const deployed = ports.settings()
  const settle = settleWith(ports.store, execution.runId, deployed, input)
  const caller = await ports.caller()
  const requested: RunInput = { ...execution, passSha256: passHash(pass), ...(await settle(caller)), caller }
  const [inputRef, recordRef] = [documents.input(execution.runId), documents.record(execution.runId)]
  const stored = await storeInput(ports.store, inputRef, recordRef, requested, pass)
  // An undo is urgent: it works under the brake too, and asks nobody.
  if (stored.undo === null) refuseSwitchedOff(stored.runId, deployed.mode)
  if (looksBeside(stored))
    refuseBeside(stored.runId, await ports.otherOpenRun(execution, (other) => keepsOut(stored, other)), ONE_WRITER)
  if (stored.undo === null && stored.organizationRun === null) await refuseUnheard(stored, ports)
  return {
    pass,
    run: {
      undo: stored.undo !== null,
      storedPlan: stored.apply !== null,
      mode: stored.mode,
      concurrency: stored.policy.concurrency,
      approvalSeconds: approvalSecondsOf(stored),
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

const ONE_WRITER = 'only one run at a time may work on an account, even if it only plans'

/** A survey writes nothing. An undo is urgent, also one of many accounts at once: it does not wait for other runs. */
const looksBeside = ({ organizationRun, undo }: RunInput): boolean =>
  undo === null && organizationRun?.phase !== 'survey'

export const handler = onLambda(makeStartRun, callerPort, executionPort, storePort, startPort)
