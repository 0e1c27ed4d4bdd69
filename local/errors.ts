// Errors that a person meets who starts or follows a run: what stands above (the command line, the page) says them in one
// line. Those of the run itself are in core/model/errors.ts.

/** What was asked for cannot be carried out. Nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const
}

/** The run store holds nothing of the run that was asked for. */
export class RunNotFound extends Error {
  override readonly name = 'RunNotFound' as const
}

/** The surroundings (Region, endpoint, credentials) are such that AWS cannot be asked. */
export class CannotAsk extends Error {
  override readonly name = 'CannotAsk' as const
}

/** An answer that changes nothing: another stands, or the time is up. */
export class NotCounted extends Error {
  override readonly name = 'NotCounted' as const
  /** What was answered to it, for a program. */
  readonly body: unknown

  constructor(message: string, body: unknown) {
    super(message)
    this.body = body
  }
}

/** A run ended, and left no record where one was looked for. */
export class NoRecord extends Error {
  override readonly name = 'NoRecord' as const
  /** The name of the error that ended the run. */
  readonly because: string

  constructor(message: string, because: string) {
    super(message)
    this.because = because
  }
}
