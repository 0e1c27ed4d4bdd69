// How an error ends a command: an expected one in one line and its exit code, an unexpected one with its stack.
import { stripVTControlCharacters } from 'node:util'
import * as ours from '../core/model/errors.ts'
import { plainLine } from '../core/texts/plain.ts'
import { MachineRefused } from '../io/states/machine-errors.ts'
import { adviceOn } from './advice.ts'
import { EXIT, USAGE_ERRORS } from './exit-code.ts'

/** What was typed cannot be carried out. Nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const
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

const EXPECTED = [UsageError, CannotAsk, NotCounted, NoRecord, MachineRefused, ...Object.values(ours)]

export interface Failure {
  exitCode: number
  /** Ends with a newline. */
  text: string
}

/** What to print for an error that ended a command, and the exit code. */
export function failureOf(error: unknown, env: Record<string, string | undefined>): Failure {
  const expected = EXPECTED.some((kind) => error instanceof kind)
  if (!expected) return { exitCode: EXIT.failed, text: `keysweep: unexpected: ${stackOf(error)}\n` }
  const { name, message } = error as Error
  const usage = error instanceof UsageError || USAGE_ERRORS.includes(name) || usageEnded(error)
  const exitCode = usage ? EXIT.usage : error instanceof NotCounted ? EXIT.stopped : EXIT.failed
  return { exitCode, text: failureLine(message, env) }
}

const usageEnded = (error: unknown): boolean => error instanceof NoRecord && USAGE_ERRORS.includes(error.because)

/** "keysweep: <what happened, the rule, what was received>; <what to do about it>" */
export function failureLine(message: string, env: Record<string, string | undefined>): string {
  const advice = adviceOn(message, env)
  return `keysweep: ${plainLine(message)}${advice === null ? '' : `; ${plainLine(advice)}`}\n`
}

const stackOf = (error: unknown): string =>
  stripVTControlCharacters(error instanceof Error ? (error.stack ?? String(error)) : String(error))
