// What can go wrong in the engine. Three kinds, kept apart because only the second may meet a Retry or a Catch: the
// definition is refused before anything runs; a state fails; a task token is answered wrongly.

/** The definition holds a field, a state type or a construct that this engine does not carry out. */
export class UnsupportedField extends Error {
  override readonly name = 'UnsupportedField' as const
  /** The field's name, with dots where it lies deeper: `ItemReader`, `ProcessorConfig.Mode`. */
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** The definition does not hang together: a placeholder, a state or a name is missing or there twice. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused' as const
}

/** A state failed. `error` is what ErrorEquals matches; both go to Catch as `{Error, Cause}`. */
export class StateFailed extends Error {
  override readonly name = 'StateFailed' as const
  readonly error: string
  /** An empty string where AWS gives none, as after a timeout. */
  readonly causeText: string

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`)
    this.error = error
    this.causeText = causeText
  }
}

/** Why a scope's signal is aborted: the execution was stopped, or another iteration of the Map failed. */
export class Stopped extends Error {
  override readonly name = 'Stopped' as const
}

/** The task with this token has already been answered, has failed, or has timed out. */
export class TaskTimedOut extends Error {
  override readonly name = 'TaskTimedOut' as const
}

/** No task of this execution ever had this token. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken' as const
}

/** The answer is not JSON, or is too large; the token stays usable. */
export class InvalidOutput extends Error {
  override readonly name = 'InvalidOutput' as const
}
