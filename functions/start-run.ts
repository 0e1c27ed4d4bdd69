// Start run: checks the execution's input, merges it with the deployed settings, and stores the result for this run.
import * as z from 'zod'
import type { RunInput } from '../core/model/documents/input.ts'
import { AnotherRunOpen, InputRefused, RunIdTaken } from '../core/model/errors.ts'
import { isRunId, RUN_ID_IN_WORDS } from '../core/model/ids.ts'
import { MILLISECONDS_PER_DAY } from '../core/model/instants.ts'
import { joinInput, refuseOtherAccount } from '../core/model/settings.ts'
import { shownName } from '../core/texts/plain.ts'
import type { Ports, StartPort } from '../steps/ports.ts'
import { documents, put } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { callerPort, startPort, storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string(), executionId: z.string(), startedAt: z.string(), input: z.unknown() })

/**
 * @returns the data of the state machine. Every counter has a value, because a missing path fails an execution.
 * @throws InputRefused | SettingsRefused | RunIdTaken | AnotherRunOpen | MachineUnavailable, and what IAM and the run store throw.
 */
export const makeStartRun =
  ({ caller, store, settings, otherOpenRun }: Pick<Ports, 'store'> & StartPort) =>
  async (event: unknown) => {
    const { input, ...execution } = payload.parse(event)
    refuseOddId(execution.runId)
    const joined = joinInput(settings(), input)
    const runsAs = await caller()
    // An undo is urgent, and works on the account of its run only.
    if (joined.undo === null) refuseOtherAccount(joined, runsAs.account)
    // A run works on its own account. Only an organization run can name another.
    const requested: RunInput = { ...execution, ...joined, account: runsAs.account, caller: runsAs }
    const stored = await put(store, documents.input(execution.runId), requested)
    refuseTakenId(stored, requested)
    // An undo is urgent: it does not wait for other runs.
    if (stored.undo === null) refuseBeside(stored.runId, await otherOpenRun(execution))
    return {
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

/** Step Functions accepts names that are not valid in its logs or in a run store. */
function refuseOddId(runId: string): void {
  if (isRunId(runId)) return
  throw new InputRefused(`Run id ${shownName(runId)} refused: it must have ${RUN_ID_IN_WORDS}`)
}

function refuseBeside(runId: string, other: string | null): void {
  if (other === null) return
  throw new AnotherRunOpen(`Run ${runId} ends: run ${other} is open, and only one may be open at a time`)
}

/** A retry of the same execution continues with its stored input. Another execution of the same name must not. */
function refuseTakenId(stored: RunInput, requested: RunInput): void {
  if (stored.executionId === requested.executionId && stored.startedAt === requested.startedAt) return
  throw new RunIdTaken(
    `Run id ${requested.runId} was used before, by an execution started at ${stored.startedAt}; this one started at ${requested.startedAt}. Choose a new id.`,
  )
}

export const handler = onLambda(makeStartRun, callerPort, storePort, startPort)
