// A function's clock, held against the run's start: every term is counted by that clock, so one that is ahead would make
// keys in use look idle. The start is dated by Step Functions, not by the function that asks.
import { ClockRefused } from './errors.ts'
import { instantOf, MILLISECONDS_PER_DAY, millisecondsOf } from './instants.ts'

/** Facts are read within this many days of the start: also in an account of 5,000 users it is a matter of hours. */
export const FACTS_DAYS = 1

/** Clocks are set to each other to some seconds; a few minutes are no reason to stop. */
const BEHIND_MILLISECONDS = 5 * 60_000

/** Keys are taken within the term of the approval and this many days more, with all their retries. */
export const takingDays = (approvalDays: number): number => approvalDays + 1

/**
 * A clock that is held against a run's start each time it is read; reading it throws ClockRefused.
 * @param startedAt of the execution, an ISO 8601 instant
 * @param days from the start on in which this step may be at work
 */
export const heldClock = (clock: () => Date, startedAt: string, days: number) => (): Date => {
  const now = clock()
  const since = now.getTime() - (millisecondsOf(startedAt) ?? Number.NaN)
  if (since >= -BEHIND_MILLISECONDS && since <= days * MILLISECONDS_PER_DAY) return now
  throw new ClockRefused(
    `Clock refused: expected a time within ${days} days from the run's start at ${startedAt}, received ${instantOf(now.getTime())}: this clock is wrong, or the run was taken up again too late`,
  )
}
