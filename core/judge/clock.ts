// A function's clock, compared with the run's start or its approval. Terms are counted by that clock: if it is ahead, keys in
// use look idle. Step Functions dates the start and the decision API dates the approval, so the two do not share its fault.
// Also how old the facts of a key may be: a laptop may sleep between the answers of IAM and the update.
import { ClockRefused } from '../model/errors.ts'
import { instantOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import { countOf } from '../texts/counts.ts'

/** Facts are read within this many days of the start: also in an account of 5,000 users it is a matter of hours. */
export const FACTS_DAYS = 1

/** Clocks are set to each other to some seconds; a few minutes behind AWS's are no reason to stop. */
export const BEHIND_MILLISECONDS = 5 * 60_000

/** Keys are taken, with all their retries, within this many days of the plan, or of a person's answer to it. */
export const TAKING_DAYS = 1

/** An update follows the facts of its key within this time. Deactivate key has three minutes. */
export const FACTS_MINUTES = 5

/** A moment in a run, and for how long from then on a step may be at work. */
export interface Term {
  /** Such as "the run's start". */
  what: string
  /** An ISO 8601 instant. */
  from: string
  lasts: { days: number } | { minutes: number }
}

const inMilliseconds = (lasts: Term['lasts']): number =>
  'days' in lasts ? lasts.days * MILLISECONDS_PER_DAY : lasts.minutes * 60_000

const inWords = (lasts: Term['lasts']): string =>
  'days' in lasts ? countOf(lasts.days, 'day') : countOf(lasts.minutes, 'minute')

/** A clock that is compared with a term each time it is read. Reading it outside the term throws ClockRefused. */
export const boundedClock =
  (clock: () => Date, { what, from, lasts }: Term) =>
  (): Date => {
    const now = clock()
    const since = now.getTime() - (millisecondsOf(from) ?? Number.NaN)
    if (since >= -BEHIND_MILLISECONDS && since <= inMilliseconds(lasts)) return now
    const received = Number.isNaN(now.getTime()) ? 'none' : instantOf(now.getTime())
    throw new ClockRefused(
      `Clock refused: this step must run within ${inWords(lasts)} after ${what} at ${from}; this clock says ${received}. The run was resumed too late, or this clock is wrong. Check the clock, then start a new run.`,
    )
  }
