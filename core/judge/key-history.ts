// What our own runs did to one key before. A key that keysweep deactivated and that is Active again was reactivated by
// somebody. It gets a full new term from the day on which keysweep sees it, so that a reactivated key needs no exemption.

import { ACTION_EFFECTS } from '../model/closed-sets.ts'
import type { Intent, KeyOutcome } from '../model/documents/key.ts'
import { millisecondsOf } from '../model/instants.ts'
import type { UndoRefusal } from '../model/undo-refusal.ts'

/** One run's traces of one key. */
export interface KeyTrace {
  runId: string
  intent: Intent | null
  outcome: KeyOutcome | null
  /** An update of this run may have taken effect. */
  sent: boolean
  /** When this run saw the key Active although a run had deactivated it. */
  reactivationSeenAt: string | null
}

export interface Reactivation {
  /** When the key is known to have been reactivated; null: it was not, for no run deactivated it. */
  at: string | null
  /** No run has noted it yet: this one must, so that the term begins now and not anew each day. */
  toNote: boolean
}

/**
 * When a key that is Active now was reactivated. Only what may have been sent counts. A re-activation by hand, or by an
 * undo that never saw it, happens without our knowing, so it is dated by the first run that sees the key Active again.
 * @param wasInactive an earlier run's report showed the key inactive: it was reactivated since, no matter by whom
 */
export function reactivation(traces: KeyTrace[], now: Date, wasInactive = false): Reactivation {
  if (wasInactive) return { at: now.toISOString(), toNote: true }
  const last = newest(traces.filter((trace) => trace.sent))
  if (last === null) return { at: newestSeen(traces), toNote: false }
  // It is noted once, and again only if the report of an earlier run showed it inactive in between: the last note counts.
  const reactivationSeen = seenAfter(traces, last).at(-1)
  if (isReturn(last.intent) && !isUnsureReturn(last)) return { at: reactivationSeen ?? settledAt(last), toNote: false }
  return reactivationSeen === undefined
    ? { at: now.toISOString(), toNote: true }
    : { at: reactivationSeen, toNote: false }
}

/**
 * Why an undo of `run` must leave the key as it is; null: the run deactivated it last, and nobody has reactivated it since.
 */
export function notForUndoOf(run: string, traces: KeyTrace[]): UndoRefusal | null {
  const last = newest(traces.filter((trace) => trace.sent && !isUnsureReturn(trace)))
  if (last === null) return { why: 'not-deactivated' }
  if (isReturn(last.intent)) return { why: 'reactivated', by: last.runId }
  if (last.runId !== run) return { why: 'deactivated-again', by: last.runId }
  return seenAfter(traces, last).length > 0 ? { why: 'reactivated', by: null } : null
}

/** For a key that no run of this store deactivated: when a run last saw that it had been reactivated. */
const newestSeen = (traces: KeyTrace[]): string | null =>
  traces
    .flatMap((trace) => trace.reactivationSeenAt ?? [])
    .sort((a, b) => at(a) - at(b))
    .at(-1) ?? null

const isReturn = ({ action }: Intent): boolean => ACTION_EFFECTS[action].status === 'Active'

/** An undo that broke off, or never saw the key Active: perhaps it never reached IAM, and can be asked for again. */
const isUnsureReturn = ({ intent, outcome }: KeyTrace): boolean =>
  intent !== null && isReturn(intent) && outcome?.outcome !== ACTION_EFFECTS[intent.action].outcome

type Sent = KeyTrace & { intent: Intent }

const newest = (traces: KeyTrace[]): Sent | null =>
  traces
    .filter((trace): trace is Sent => trace.intent !== null)
    .sort((a, b) => at(a.intent.at) - at(b.intent.at))
    .at(-1) ?? null

/** If a run saw the key Active while the update was still under way, nobody had reactivated it. */
const seenAfter = (traces: KeyTrace[], taken: Sent): string[] =>
  traces
    .flatMap((trace) => trace.reactivationSeenAt ?? [])
    .filter((seenAt) => at(seenAt) >= at(settledAt(taken)))
    .sort((a, b) => at(a) - at(b))

const settledAt = ({ outcome, intent }: Sent): string => outcome?.at ?? intent.at

const at = (instant: string): number => millisecondsOf(instant) ?? 0
