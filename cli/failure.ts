// How an error ends a command. An expected error is printed as one line, an unexpected one with its stack.
import { stripVTControlCharacters } from 'node:util'
import * as ofRuns from '../core/model/errors.ts'
import { plainLine } from '../core/texts/plain.ts'
import { withoutUserInfo } from '../core/texts/shown-url.ts'
import { MachineRefused } from '../io/states/machine-errors.ts'
import * as ofCommands from '../local/errors.ts'
import { adviceOn } from './advice.ts'
import { EXIT, USAGE_ERRORS } from './exit-code.ts'

const EXPECTED = [MachineRefused, ...Object.values(ofRuns), ...Object.values(ofCommands)]

export interface Failure {
  exitCode: number
  /** Ends with a newline. */
  text: string
}

/** What to print for an error that ended a command, and the exit code. */
export function failureOf(error: unknown, env: Record<string, string | undefined>): Failure {
  if (!isExpected(error)) return { exitCode: EXIT.failed, text: `keysweep: unexpected error: ${stackOf(error)}\n` }
  const { name, message } = error as Error
  const usage = isUsage(error) || USAGE_ERRORS.includes(name)
  const exitCode = usage ? EXIT.usage : isStop(error) ? EXIT.stopped : EXIT.failed
  return { exitCode, text: failureLine(message, env) }
}

/** Whether the error has a message for people. */
export const isExpected = (error: unknown): error is Error => EXPECTED.some((kind) => error instanceof kind)

const isStop = (error: unknown): boolean =>
  error instanceof ofCommands.NotCounted || error instanceof ofCommands.NotConfirmed

function isUsage(error: unknown): boolean {
  const { UsageError, RunNotFound, NoRecord } = ofCommands
  if (error instanceof NoRecord) return USAGE_ERRORS.includes(error.because)
  return error instanceof UsageError || error instanceof RunNotFound
}

/** "keysweep: <message>. <advice>"; without credentials, the advice comes first. */
export function failureLine(message: string, env: Record<string, string | undefined>): string {
  const advice = adviceOn(message, env)
  const shown = plainLine(withoutUserInfo(message)).replace(/\.$/, '')
  if (advice === null) return `keysweep: ${plainLine(withoutUserInfo(message))}\n`
  if (NO_CREDENTIALS.test(message))
    return `keysweep: No valid AWS credentials. ${plainLine(advice)} Received: ${shown}\n`
  return `keysweep: ${shown}. ${plainLine(advice)}\n`
}

/** The SDK's own words of a first call say what it tried, not what is missing. A run's message says first which run failed. */
const NO_CREDENTIALS = /^(?!Run ).*\b(CredentialsProviderError|TokenProviderError)\b/

const stackOf = (error: unknown): string =>
  stripVTControlCharacters(withoutUserInfo(error instanceof Error ? (error.stack ?? String(error)) : String(error)))
