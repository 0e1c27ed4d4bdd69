// A run on this machine: the deployed state machine and handlers, with the given ports.

import {
  type Execution,
  type ExecutionOptions,
  InvalidToken,
  type LocalFunction,
  startExecution,
  TaskTimedOut,
} from '../engine/step-functions.ts'
import { makeAskForApproval } from '../functions/ask-for-approval.ts'
import { makeCheckSuspects } from '../functions/check-suspects.ts'
import { makeDeactivateKey } from '../functions/deactivate-key.ts'
import { makeGenerateReport } from '../functions/generate-report.ts'
import { makeMakePlan } from '../functions/make-plan.ts'
import { makeNoteFailure } from '../functions/note-failure.ts'
import { makePlanUndo } from '../functions/plan-undo.ts'
import { makeReactivateKey } from '../functions/reactivate-key.ts'
import { makeReadDecision } from '../functions/read-decision.ts'
import { makeStartRun } from '../functions/start-run.ts'
import { makeTakeStoredPlan } from '../functions/take-stored-plan.ts'
import { makeWriteRecord } from '../functions/write-record.ts'
import definition from '../statemachine/keysweep.asl.json' with { type: 'json' }
import type { DescribedExecution, ExecutionPort, RunPorts, WakePort } from '../steps/ports.ts'
import { endedByStop } from './ended-by-stop.ts'

/** Make plan, which also says how many stale keys it found. */
const heard =
  (makePlan: LocalFunction | undefined, onPlan: (keys: number) => void): LocalFunction =>
  async (event, context) => {
    const made = (await makePlan?.(event, context)) as { metrics: { KeysFound: number } }
    onPlan(made.metrics.KeysFound)
    return made
  }

/** The handlers, by the placeholder of their ARN in the state machine. */
export const makeHandlers = (ports: RunPorts): Record<string, LocalFunction> => ({
  StartRunArn: makeStartRun(ports),
  GenerateReportArn: endedByStop(makeGenerateReport(ports)),
  // Loaded when it is called: an undo parses no report, and a run has its first calls to make before.
  ParseReportArn: endedByStop(async (event) =>
    (await import('../functions/parse-report.ts')).makeParseReport(ports)(event),
  ),
  CheckSuspectsArn: endedByStop(makeCheckSuspects(ports)),
  ReadKeyEventsArn: endedByStop(async (event) =>
    (await import('../functions/read-key-events.ts')).makeReadKeyEvents(ports)(event),
  ),
  MakePlanArn: makeMakePlan(ports),
  TakeStoredPlanArn: makeTakeStoredPlan(ports),
  DeactivateKeyArn: makeDeactivateKey(ports),
  NoteFailureArn: makeNoteFailure(ports),
  AskForApprovalArn: makeAskForApproval(ports),
  ReadDecisionArn: makeReadDecision(ports),
  PlanUndoArn: makePlanUndo(ports),
  ReactivateKeyArn: makeReactivateKey(ports),
  WriteRecordArn: makeWriteRecord(ports),
})

/** The substitutions of a definition's placeholders, and the functions of the ARNs that they name. */
export function asFunctions(handlers: Record<string, LocalFunction>) {
  const arnOf = (placeholder: string) => `arn:aws:lambda:local:000000000000:function:${placeholder.replace(/Arn$/, '')}`
  return {
    substitutions: {
      Partition: 'aws',
      ...Object.fromEntries(Object.keys(handlers).map((name) => [name, arnOf(name)])),
    },
    functions: Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [arnOf(name), handler])),
  }
}

export interface LocalRunOptions extends Pick<ExecutionOptions, 'onEvent' | 'delay' | 'limit' | 'uuid'> {
  ports: Omit<RunPorts, keyof ExecutionPort>
  runId: string
  input: unknown
  /** Called with how many stale keys the run has found. */
  onPlan?: (keys: number) => void
}

/** Starts a run on this machine. @throws UnsupportedField if the state machine has a field that the engine does not support */
export function startLocalRun({ ports, runId, input, onPlan, ...options }: LocalRunOptions): Execution {
  const handlers = makeHandlers({ ...ports, execution: describedBy(() => execution) })
  const execution = startExecution({
    ...options,
    ...asFunctions({ ...handlers, ...(onPlan && { MakePlanArn: heard(handlers.MakePlanArn, onPlan) }) }),
    definition,
    name: runId,
    machineName: 'keysweep',
    input,
    now: ports.now,
  })
  return execution
}

/** What Start run asks Step Functions in AWS, from an execution of this process. */
export function describedBy(execution: () => Execution): ExecutionPort['execution'] {
  return async (executionId): Promise<DescribedExecution | null> => {
    const { executionArn, name, startDate, status, input } = execution().describe()
    if (executionArn !== executionId) return null
    return { runId: name, startedAt: startDate.toISOString(), isRunning: status === 'RUNNING', input }
  }
}

/** Wakes a run of this process; false if its task has already ended. */
export const wakeIn =
  (execution: Execution): WakePort['wake'] =>
  async (token) => {
    try {
      execution.sendTaskSuccess(token, '{}')
      return true
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof InvalidToken) return false
      throw error
    }
  }

/** A run id: the start time, and a random part so that two runs in one second differ. */
export const newRunId = (now: Date, random: string): string =>
  `${now.toISOString().slice(0, 19).replaceAll(':', '')}Z-${random}`
