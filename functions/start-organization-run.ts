// Start organization run: checks the execution's input, merges it with the deployed settings, and stores the result. For an
// undo it also lists the accounts that the undone run changed.
import { MODE_WRITES } from '../core/model/closed-sets.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import { joinOrganizationInput } from '../core/model/execution-input.ts'
import { isOrganizationRunId, ORGANIZATION_RUN_ID_IN_WORDS } from '../core/model/ids.ts'
import { asksOnlyForPlan } from '../core/run/beside.ts'
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
import { passHash } from '../steps/pass.ts'
import type { ExecutionPort, Ports, StartPort } from '../steps/ports.ts'
import { organizationDocuments } from '../steps/run-documents.ts'
import { listUndoneAccounts } from '../steps/undone-accounts.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { callerPort, executionPort, startPort, storePort } from './lambda/ports.ts'

/** Two at once that write would plan and change the same accounts, and each would say how they ended. */
const ONE_WRITER = 'while an organization run is open, only a survey may start'

type StartPorts = Pick<Ports, 'store' | 'pause'> & ExecutionPort & StartPort

/**
 * @returns the data of the state machine
 * @throws ExecutionNotConfirmed | PassRefused | InputRefused | SettingsRefused | RunIdTaken | AnotherRunOpen | SwitchedOff |
 *   MachineUnavailable | NobodyListens | NoticeFailed, and what STS and the run store throw
 */
export const makeStartOrganizationRun = (ports: StartPorts) => async (event: unknown) => {
  const { pass, ...execution } = startPayload.parse(event)
  // The input of the execution, not of the event. It is in no state, so any size ends with a record.
  const input = await confirmExecution(ports, execution)
  const { runId } = execution
  refuseOddId(runId, isOrganizationRunId, ORGANIZATION_RUN_ID_IN_WORDS)
  const deployed = ports.settings()
  const joined = joinOrganizationInput(deployed, input)
  const caller = await ports.caller()
  const requested: OrganizationInput = { ...execution, passSha256: passHash(pass), ...joined, caller }
  const { input: inputOf, record: recordOf } = organizationDocuments
  const stored = await storeInput(ports.store, inputOf(runId), recordOf(runId), requested, pass)
  // An undo is urgent: it works under the brake too, does not wait for other runs, and asks nobody. A survey writes nothing, so
  // no run keeps it out, and it keeps out none.
  if (stored.undo === null) {
    refuseSwitchedOff(runId, deployed.mode)
    if (MODE_WRITES[stored.mode])
      refuseBeside(runId, await ports.otherOpenRun(execution, ({ input }) => !asksOnlyForPlan(input)), ONE_WRITER)
    await refuseUnheard(stored, ports)
  }
  return {
    pass,
    run: { undo: stored.undo !== null, mode: stored.mode, approvalSeconds: approvalSecondsOf(stored) },
    step: { next: 'list', sha256: '', accounts: await listUndoneAccounts(ports, stored) },
  }
}

export const handler = onLambda(makeStartOrganizationRun, callerPort, executionPort, storePort, startPort)
