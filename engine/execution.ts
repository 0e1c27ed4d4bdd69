// An execution as its caller sees it.

export type ExecutionResult =
  | { status: 'SUCCEEDED'; output: unknown }
  | { status: 'FAILED'; error: string; cause: string }
  | { status: 'ABORTED' }

/** What DescribeExecution says of an execution. */
export interface ExecutionDescription {
  executionArn: string
  stateMachineArn: string
  name: string
  status: 'RUNNING' | ExecutionResult['status']
  startDate: Date
  /** Null while the execution runs. */
  stopDate: Date | null
  input: unknown
}

export interface Execution {
  describe(): ExecutionDescription
  /** Rejects only for an error in the engine or in a callback; a failed execution resolves. */
  result: Promise<ExecutionResult>
  /**
   * Calls no new function and ends all pauses, also in the children of a distributed Map and in nested executions. Resolves
   * when every called function has returned, including those whose task has timed out: so it is useful after `result` too.
   * `result` is ABORTED, unless it was resolved before.
   */
  stop(): Promise<void>
  /** Answers a .waitForTaskToken task with JSON. Throws InvalidOutput, InvalidToken or TaskTimedOut. */
  sendTaskSuccess(token: string, output: string): void
  /** Fails a .waitForTaskToken task. Throws InvalidToken or TaskTimedOut. */
  sendTaskFailure(token: string, error: string, cause: string): void
}

/**
 * A state machine of this process: starts an execution with this name and input. It may throw ExecutionAlreadyExists. Any
 * other error is not the machine's, and rejects the result of the execution that starts it.
 */
export type LocalMachine = (start: { name: string; input: unknown }) => Execution
