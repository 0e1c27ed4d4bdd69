// A slice's verdicts once CloudTrail's events are known: they are read after the slices, and only stale keys can change by them.
import type { Slice } from '../model/documents/slice.ts'
import { type Caller, signerIn } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import { type JudgedUser, judgeUser } from './judge-user.ts'
import { type KeyHistoryOfEvents, withKeyEvents } from './key-events.ts'

export interface Events extends Pick<KeyHistoryOfEvents, 'byKey'> {
  /** Until when they were read, ISO 8601; null: there are none. */
  readUntil: string | null
}

/**
 * The same verdicts, but stale keys that have events are judged again. A kept key stays kept: an event is never a reason to
 * take one. Pure, so that Make plan and the record come to the same verdicts.
 */
export function judgeAgain(
  { verdicts, stale, users }: Pick<Slice, 'verdicts' | 'stale' | 'users'>,
  events: Events,
  { policy, account, caller }: { policy: Policy; account: string; caller: Caller },
): JudgedUser {
  const signer = signerIn({ account, caller })
  const ids = new Set<string | null>(stale.map((key) => key.accessKeyId).filter((id) => events.byKey.has(id)))
  const again = users
    .filter(({ facts }) => facts.keys.some((key) => ids.has(key.accessKeyId)))
    .map(({ at, facts }) => judgeUser(withKeyEvents(facts, events), policy, signer, later(at, events.readUntil)))
  const verdictOf = new Map(again.flatMap(({ verdicts }) => verdicts.map((line) => [line.accessKeyId, line])))
  const staleOf = new Map(again.flatMap(({ stale }) => stale.map((line) => [line.accessKeyId, line])))
  return {
    verdicts: verdicts.map((line) => (ids.has(line.accessKeyId) && verdictOf.get(line.accessKeyId)) || line),
    stale: stale.flatMap((line) => (ids.has(line.accessKeyId) ? (staleOf.get(line.accessKeyId) ?? []) : line)),
  }
}

/** Events may be later than the facts, and are not in the future because of that. */
const later = (...instants: (string | null)[]): Date =>
  new Date(Math.max(...instants.map((at) => millisecondsOf(at) ?? 0)))
