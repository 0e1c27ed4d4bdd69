// The engine's errors: the definition is refused before anything runs; a state fails; an answer to a task token is wrong.
// Only the failure of a state can be retried or caught.

/** The definition has a field, a state type or a value that this engine does not support. */
export class UnsupportedField extends Error {
  override readonly name = 'UnsupportedField' as const
  /** The path of the field: `ItemReader`, `ProcessorConfig.Mode`. */
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** The definition is inconsistent: a placeholder or a state is missing, or a name is used twice. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused' as const
}

/** A state failed. `error` is what ErrorEquals matches; both go to Catch as `{Error, Cause}`. */
export class StateFailed extends Error {
  override readonly name = 'StateFailed' as const
  readonly error: string
  /** Empty if AWS gives no cause, as after a timeout. */
  readonly causeText: string

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`)
    this.error = error
    this.causeText = causeText
  }
}

/** A state machine of this process already has an execution with this name. A task that started it fails with AWS's error. */
export class ExecutionAlreadyExists extends Error {
  override readonly name = 'ExecutionAlreadyExists' as const
}

/** Why a scope's signal is aborted: the execution was stopped, or the Map has failed. */
export class Stopped extends Error {
  override readonly name = 'Stopped' as const
}

/** The task with this token was answered before, has failed or has timed out. */
export class TaskTimedOut extends Error {
  override readonly name = 'TaskTimedOut' as const
}

/** No task of this execution ever had this token. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken' as const
}

/** The answer is not JSON, or is too large. The token stays valid. */
export class InvalidOutput extends Error {
  override readonly name = 'InvalidOutput' as const
}
