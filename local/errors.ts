// Errors of starting or following a run. The command line prints each as one line. The errors of the run itself are in
// core/model/errors.ts.

/** Wrong options or arguments. Nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const
}

/** A person was asked whether to go on, and did not say yes. Nothing was started. */
export class NotConfirmed extends Error {
  override readonly name = 'NotConfirmed' as const
}

/** The run store has no document of this run. */
export class RunNotFound extends Error {
  override readonly name = 'RunNotFound' as const
}

/** AWS or the decision API cannot be reached: wrong Region, endpoint or credentials, or no valid answer. */
export class CannotAsk extends Error {
  override readonly name = 'CannotAsk' as const
}

/** An answer that does not count: another one came first, or the run no longer waits. */
export class NotCounted extends Error {
  override readonly name = 'NotCounted' as const
  /** The API's response, for --json. */
  readonly body: unknown

  constructor(message: string, body: unknown) {
    super(message)
    this.body = body
  }
}

/** A run ended without a record. */
export class NoRecord extends Error {
  override readonly name = 'NoRecord' as const
  /** The name of the error that ended the run. */
  readonly because: string

  constructor(message: string, because: string) {
    super(message)
    this.because = because
  }
}
