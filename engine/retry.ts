// Which Retry or Catch rule matches an error, and the pause before a retry.
import type { Retrier } from './asl-common.ts'
import type { StateFailed } from './errors.ts'

/** Errors that no wildcard matches. They end the execution unless a rule names them. */
const TERMINAL = ['States.Runtime', 'States.DataLimitExceeded']

/** The first rule that matches. States.TaskFailed matches any error but States.Timeout, States.ALL matches any error. */
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

/** Milliseconds before retry `attempt` (from 1) of this rule. FULL jitter: a random part of it. */
export function retryPause(retrier: Retrier, attempt: number): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** (attempt - 1)
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY)
  const share = retrier.JitterStrategy === 'FULL' ? Math.random() : 1
  return Math.round(seconds * 1000 * share)
}
