// What our own runs did to one key before. A key that we took and that is Active again was brought back by somebody: it
// gets a full new term from the day we know of it, so that undoing our work needs no exemption.
import { millisecondsOf } from './instants.ts'
import type { Intent, KeyOutcome } from './model.ts'

/** One run's traces of one key. */
export interface KeyTrace {
  runId: string
  intent: Intent | null
  outcome: KeyOutcome | null
  /** When this run saw the key Active although we had taken it. */
  seenAt: string | null
}

export interface BroughtBack {
  /** When the key is known to have been brought back; null: it was not, for we never took it. */
  at: string | null
  /** Nobody has noted yet that the key is back: this run must, so that the term begins now and not anew each day. */
  note: boolean
}

/**
 * When a key that is Active now was brought back. An intent counts unless its outcome says that nothing was sent; a
 * re-activation by hand happens without our knowing, so it is dated by the first run that sees the key Active again.
 */
export function broughtBack(traces: KeyTrace[], now: Date): BroughtBack {
  const taken = newest(traces.flatMap((trace) => (touched(trace) && trace.intent !== null ? [trace.intent] : [])))
  if (taken === null) return { at: null, note: false }
  if (taken.action === 'reactivate') return { at: taken.at, note: false }
  const seen = traces
    .flatMap((trace) => trace.seenAt ?? [])
    .filter((at) => (millisecondsOf(at) ?? 0) >= (millisecondsOf(taken.at) ?? 0))
    .sort((a, b) => (millisecondsOf(a) ?? 0) - (millisecondsOf(b) ?? 0))
  return seen[0] === undefined ? { at: now.toISOString(), note: true } : { at: seen[0], note: false }
}

/** The run that took the key last; null: none did. */
export const lastTaker = (traces: KeyTrace[]): string | null =>
  newest(traces.flatMap((trace) => (touched(trace) && trace.intent?.action === 'deactivate' ? [trace.intent] : [])))
    ?.runId ?? null

const touched = ({ outcome }: KeyTrace): boolean => outcome === null || outcome.sent

const newest = (intents: Intent[]): Intent | null =>
  intents.toSorted((a, b) => (millisecondsOf(a.at) ?? 0) - (millisecondsOf(b.at) ?? 0)).at(-1) ?? null
