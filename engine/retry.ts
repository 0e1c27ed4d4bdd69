// Which Retry or Catch an error meets, and how long to pause before the next try.
import type { Retrier } from './asl-common.ts'
import type { StateFailed } from './errors.ts'

/** Errors that no wildcard matches; they end the execution unless they are caught by name. */
const TERMINAL = ['States.Runtime', 'States.DataLimitExceeded']

/** The first rule that names the error. States.TaskFailed stands for any but States.Timeout, States.ALL for any at all. */
export function firstMatch<Rule extends { ErrorEquals: string[] }>(
  rules: Rule[],
  failed: StateFailed,
): Rule | undefined {
  return rules.find((rule) => rule.ErrorEquals.some((name) => matches(name, failed.error)))
}

function matches(name: string, error: string): boolean {
  if (name === error) return true
  if (TERMINAL.includes(error)) return false
  return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout')
}

/** Milliseconds before retry number `attempt` (from 1) of this retrier. FULL jitter: anything from 0 to the whole. */
export function retryPause(retrier: Retrier, attempt: number): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** (attempt - 1)
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY)
  const share = retrier.JitterStrategy === 'FULL' ? Math.random() : 1
  return Math.round(seconds * 1000 * share)
}
