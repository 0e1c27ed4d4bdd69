// states:startExecution.sync:2 with state machines of this process: starts an execution and waits for its end.
import { ExecutionAlreadyExists, StateFailed } from './errors.ts'
import type { Execution, ExecutionDescription, ExecutionResult, LocalMachine } from './execution.ts'
import { type JsonObject, shown } from './json.ts'
import { keepInFlight } from './lambda-invoke.ts'
import type { Scope } from './scope.ts'
import { within } from './timers.ts'

/** The state machines by ARN, and the executions that were started, by machine and name: null once they have ended. */
export interface LocalMachines {
  machines: Record<string, LocalMachine>
  started: Map<string, Execution | null>
}

/** The names that StartExecution takes (API reference). */
const EXECUTION_NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u

/**
 * Resolves with the description of the ended execution, as AWS returns it for sync:2: Input and Output are JSON, dates are in
 * milliseconds. Rejects with a StateFailed: `States.TaskFailed` with the description as cause (in a recorded one Input is
 * text), `States.Timeout`, or StartExecution's own error. If the task ends first, by its time limit or by a stop, the execution is stopped.
 */
export async function runNested(
  scope: Scope,
  parameters: unknown,
  milliseconds: number | undefined,
): Promise<JsonObject> {
  const { StateMachineArn: arn, Name: name, Input: input } = parameters as StartParameters
  const { started } = scope.nested
  const key = `${arn} ${name}`
  const nested = runningWith(started.get(key), input) ?? begin(scope.nested, arn, name, input)
  started.set(key, nested)
  try {
    const result = await within(nested.result, milliseconds, scope.signal)
    return described(nested.describe(), result)
  } finally {
    // After the end it stops nothing, but waits for functions that have outlived their task.
    const stopped = nested.stop().then(() => void started.set(key, null))
    keepInFlight(scope.lambda.inFlight, stopped)
  }
}

type StartParameters = { StateMachineArn: string; Name: unknown; Input: unknown }

/** As in AWS, the same start again returns the execution that is still running. */
function runningWith(before: Execution | null | undefined, input: unknown): Execution | null {
  if (!before) return null
  const { status, input: given } = before.describe()
  return status === 'RUNNING' && JSON.stringify(given) === JSON.stringify(input) ? before : null
}

function begin({ machines, started }: LocalMachines, arn: string, name: unknown, input: unknown): Execution {
  const machine = Object.hasOwn(machines, arn) ? machines[arn] : undefined
  if (!machine) throw refusal('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
  if (typeof name !== 'string' || !EXECUTION_NAME.test(name)) {
    throw refusal('InvalidName', `Invalid Name: ${shown(name)}`)
  }
  const exists = refusal('ExecutionAlreadyExists', `Execution Already Exists: '${name}' of '${arn}'`)
  if (started.has(`${arn} ${name}`)) throw exists
  try {
    return machine({ name, input })
  } catch (error) {
    throw error instanceof ExecutionAlreadyExists ? exists : error
  }
}

/** An error of StartExecution, with the name and cause of AWS's integration. */
const refusal = (code: string, what: string): StateFailed =>
  new StateFailed(`StepFunctions.${code}Exception`, `${what} (Service: AWSStepFunctions; Error Code: ${code})`)

function described(execution: ExecutionDescription, result: ExecutionResult): JsonObject {
  if (result.status === 'SUCCEEDED') {
    const reason = 'Execution is SUCCEEDED and cannot be redriven'
    return {
      ...common(execution),
      Output: result.output,
      OutputDetails: { Included: true },
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: reason,
    }
  }
  const why = result.status === 'FAILED' ? { Error: result.error, Cause: result.cause } : {}
  const description = {
    ...common(execution),
    ...why,
    Input: JSON.stringify(execution.input),
    RedriveStatus: 'REDRIVABLE',
  }
  throw new StateFailed('States.TaskFailed', JSON.stringify(description))
}

const common = ({ executionArn, stateMachineArn, name, status, startDate, stopDate, input }: ExecutionDescription) => ({
  ExecutionArn: executionArn,
  Input: input,
  InputDetails: { Included: true },
  Name: name,
  RedriveCount: 0,
  StartDate: startDate.getTime(),
  StateMachineArn: stateMachineArn,
  Status: status,
  StopDate: stopDate?.getTime(),
})
