// CloudTrail's event history, page by page: for Read key events, which stores it in shares, and for a reader that stores nothing.
import { foldKeyEvents, HISTORY_DAYS, type KeyHistoryOfEvents } from '../core/judge/key-events.ts'
import { readKeyEvent } from '../core/judge/read-key-event.ts'
import type { EventsShare } from '../core/model/documents/events.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { KeyEventsDenied, KeyEventsUnavailable } from '../core/model/errors.ts'
import { MILLISECONDS_PER_DAY, millisecondsOf } from '../core/model/instants.ts'
import type { KeyEvent, OddEvent, Witness } from '../core/model/key-events.ts'
import type { EventPage, Trail } from '../io/trail/trail.ts'
import type { Ports, TrailPort } from './ports.ts'

/** The most pages of one share. At two a second they take under half a minute. */
export const SHARE_PAGES = 50

/** A share asks for no more pages after this time, so that CloudTrail's retries fit into the function's own limit. */
export const SHARE_MILLISECONDS = 2 * 60_000

/** The most pages of one round: 10,000 events. */
export const MOST_PAGES = 200

/** CloudTrail allows two requests a second for each account and Region (LookupEvents, quotas). */
const PAGE_MILLISECONDS = 500

/** A later round reads this much again: an event appears some minutes after its call. */
const LATE_EVENTS_MILLISECONDS = 60 * 60_000

type Begin = Pick<EventsShare, 'round' | 'from' | 'to' | 'pages' | 'nextToken'>

/** After a complete round only what came since is read. */
export function newRound(previous: EventsShare | null, now: Date): Begin {
  const begin = (milliseconds: number): Begin => ({
    round: (previous?.round ?? 0) + 1,
    from: new Date(milliseconds).toISOString(),
    to: now.toISOString(),
    pages: 0,
    nextToken: null,
  })
  const readUntil = previous?.witness?.complete ? millisecondsOf(previous.to) : null
  return begin(
    readUntil === null ? now.getTime() - HISTORY_DAYS * MILLISECONDS_PER_DAY : readUntil - LATE_EVENTS_MILLISECONDS,
  )
}

type Pages = Pick<EventsShare, 'pages' | 'nextToken' | 'witness' | 'events' | 'odd'>

/** The event history as it is now, for a reader that stores nothing. @throws AccountRefused */
export async function readEventsNow(
  ports: Pick<Ports, 'now' | 'pause'> & TrailPort,
  run: Pick<RunInput, 'account' | 'caller' | 'member'>,
): Promise<KeyHistoryOfEvents> {
  const trail = ports.trailOf({ ...run, runId: null })
  const shares: EventsShare[] = []
  let begin = newRound(null, ports.now())
  while (shares.at(-1)?.witness == null) {
    const { round, from, to } = begin
    const pages = await readPages(ports, trail, begin)
    shares.push({ n: shares.length, round, from, to, ...pages })
    begin = { round, from, to, ...pages }
  }
  return foldKeyEvents(shares)
}

export async function readPages(
  { now, pause }: Pick<Ports, 'now' | 'pause'>,
  trail: Trail,
  begin: Begin,
): Promise<Pages> {
  const deadline = now().getTime() + SHARE_MILLISECONDS
  const events: KeyEvent[] = []
  const odd: OddEvent[] = []
  let { pages, nextToken } = begin
  for (let read = 0; ; read += 1) {
    if (pages > 0) await pause(PAGE_MILLISECONDS)
    const page = await trail.updatesOfKeys(begin.from, nextToken).catch(asNoWitness)
    if ('complete' in page) return { pages, nextToken: null, witness: page, events, odd }
    pages += 1
    for (const event of page.events.map(readKeyEvent)) {
      if (event === null) continue
      if ('event' in event) events.push(event.event)
      else odd.push(event.odd)
    }
    nextToken = page.nextToken
    const witness = endOf(page, pages)
    const pausesHere = read + 1 >= SHARE_PAGES || now().getTime() >= deadline
    if (witness !== null || pausesHere)
      return { pages, nextToken: witness === null ? nextToken : null, witness, events, odd }
  }
}

/** null: there are more pages. */
function endOf({ nextToken }: EventPage, pages: number): Witness | null {
  if (nextToken === null) return { complete: true }
  return pages < MOST_PAGES ? null : { complete: false, why: 'too-many', detail: `over ${pages} pages` }
}

function asNoWitness(error: unknown): Witness & { complete: false } {
  if (error instanceof KeyEventsDenied) return { complete: false, why: 'denied', detail: error.message }
  if (error instanceof KeyEventsUnavailable) return { complete: false, why: 'unavailable', detail: error.message }
  throw error
}
