// What all events together say: who set which key Active last, which keys are in doubt, which other keysweep changed keys,
// and whether the history was read as far as it goes.
import { union } from '../model/directions.ts'
import type { EventsShare } from '../model/documents/events.ts'
import type { UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'
import type { EventsOfKey, KeyEvent, OtherSweeper, Witness } from '../model/key-events.ts'
import { agentName, nameIn } from './sweeper.ts'

/** Days that CloudTrail keeps its event history. */
export const HISTORY_DAYS = 90

export interface KeyHistoryOfEvents {
  /** The witness of the last round, which has read everything up to now. */
  witness: Witness
  byKey: Map<string, EventsOfKey>
}

/** The events of all shares, by key. Shares are in the order in which they were read. */
export function foldKeyEvents(shares: EventsShare[]): KeyHistoryOfEvents {
  const byKey = new Map<string, EventsOfKey>()
  const of = (id: string): EventsOfKey => byKey.get(id) ?? { activated: null, problem: null }
  for (const { events, odd } of shares) {
    for (const event of events) byKey.set(event.accessKeyId, withEvent(of(event.accessKeyId), event))
    for (const { accessKeyIds, problem } of odd) for (const id of accessKeyIds) byKey.set(id, { ...of(id), problem })
  }
  return { witness: witnessOf(shares), byKey }
}

function withEvent(known: EventsOfKey, { status, at, by }: KeyEvent): EventsOfKey {
  if (status !== 'Active' || (known.activated !== null && time(known.activated.at) >= time(at))) return known
  return { ...known, activated: { at, by } }
}

/**
 * The witness of the last round. It is incomplete if an event could not be matched to a key. A round after an incomplete one
 * reads everything again.
 */
function witnessOf(shares: EventsShare[]): Witness {
  const last = shares.at(-1)
  if (last === undefined) return { complete: false, why: 'not-read', detail: null }
  if (last.witness === null) return { complete: false, why: 'not-read', detail: 'the history was not read to its end' }
  const lost = shares.flatMap(({ odd }) => odd.filter(({ namesItsKey }) => !namesItsKey))
  if (!last.witness.complete || lost.length === 0) return last.witness
  return { complete: false, why: 'unreadable', detail: `${lost.length} events: ${lost[0]?.problem}` }
}

/** Every keysweep with another run store than `store`, by its events. */
export function otherSweepers(shares: EventsShare[], store: string): OtherSweeper[] {
  const others = new Map<string, OtherSweeper>()
  const own = agentName(store)
  for (const { sweeper, accessKeyId, at } of shares.flatMap(({ events }) => events)) {
    if (sweeper === null || sweeper.store === own) continue
    const known = others.get(sweeper.store)
    others.set(sweeper.store, {
      version: sweeper.version,
      store: nameIn(sweeper.store),
      runs: union(known?.runs ?? [], sweeper.runId === null ? [] : [sweeper.runId]),
      accessKeyIds: union(known?.accessKeyIds ?? [], [accessKeyId]),
      lastAt: known !== undefined && time(known.lastAt) > time(at) ? known.lastAt : at,
    })
  }
  return [...others.values()].toSorted((a, b) => a.store.localeCompare(b.store))
}

/** The user's facts, with what the events say of each key. */
export const withKeyEvents = (facts: UserFacts, { byKey }: Pick<KeyHistoryOfEvents, 'byKey'>): UserFacts => ({
  ...facts,
  keys: facts.keys.map((key) => {
    const events = byKey.get(key.accessKeyId)
    return events === undefined ? key : { ...key, events }
  }),
})

const time = (instant: string): number => millisecondsOf(instant) ?? 0
