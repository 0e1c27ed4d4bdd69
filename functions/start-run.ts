// Start run: checks the execution's input, joins it with what was deployed, and writes down what holds for this run.
import * as z from 'zod'
import type { RunInput } from '../core/model/documents/input.ts'
import { AnotherRunOpen, InputRefused, RunIdTaken } from '../core/model/errors.ts'
import { isRunId } from '../core/model/ids.ts'
import { MILLISECONDS_PER_DAY } from '../core/model/instants.ts'
import { joinInput } from '../core/model/settings.ts'
import type { Ports, StartPort } from '../steps/ports.ts'
import { documents, put } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { callerPort, startPort, storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string(), executionId: z.string(), startedAt: z.string(), input: z.unknown() })

/**
 * @returns what the state machine goes by; every counter has a value, for a missing path ends an execution.
 * @throws InputRefused | SettingsRefused | RunIdTaken | AnotherRunOpen | MachineUnavailable, and what IAM and the run store throw.
 */
export const makeStartRun =
  ({ caller, store, settings, otherOpenRun }: Pick<Ports, 'store'> & StartPort) =>
  async (event: unknown) => {
    const { input, ...execution } = payload.parse(event)
    refuseOddId(execution.runId)
    const joined = joinInput(settings(), input)
    const runsAs = await caller()
    // A run works on its own account; only an organization run will name another.
    const asked: RunInput = { ...execution, ...joined, account: runsAs.account, caller: runsAs }
    const stands = await put(store, documents.input(execution.runId), asked)
    refuseTakenId(stands, asked)
    // Restoring is urgent: an undo waits for nobody.
    if (stands.undo === null) refuseBeside(stands.runId, await otherOpenRun(execution))
    return {
      run: {
        undo: stands.undo !== null,
        mode: stands.mode,
        concurrency: stands.policy.concurrency,
        approvalSeconds: (stands.approvalDays * MILLISECONDS_PER_DAY) / 1000,
      },
      report: { state: 'NONE', attempt: 0 },
      check: { next: 0, done: false },
      plan: { next: 'record', sha256: '', keys: [] },
    }
  }

/** Step Functions takes names that its own logs do not, and that are no names in a run store. */
function refuseOddId(runId: string): void {
  if (isRunId(runId)) return
  throw new InputRefused(
    `Run id refused: letters, digits, "-", "_" and "." make an execution's name here, received ${JSON.stringify(runId)}`,
  )
}

function refuseBeside(runId: string, other: string | null): void {
  if (other === null) return
  throw new AnotherRunOpen(`Run ${runId} ends at once: one run of a machine at a time, and run ${other} waits or works`)
}

/** A retry of this very execution goes on with what it wrote; another execution of the same name must not. */
function refuseTakenId(stands: RunInput, asked: RunInput): void {
  if (stands.executionId === asked.executionId && stands.startedAt === asked.startedAt) return
  throw new RunIdTaken(
    `Run id ${asked.runId} is taken: a run's id is used once, received an execution started at ${asked.startedAt} where one of ${stands.startedAt} stands`,
  )
}

export const handler = onLambda(makeStartRun, callerPort, storePort, startPort)
