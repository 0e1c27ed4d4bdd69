// Telling other programs: an EventBridge bus in AWS.
import { setTimeout as wait } from 'node:timers/promises'
import { EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge'
import { NoticeFailed } from '../../core/model/errors.ts'
import { type KeysweepEvent, SOURCE } from '../../core/notify/events.ts'
import { receivedFrom } from '../aws/errors.ts'
import { beginsWithin, wholeAnswers } from '../aws/whole-answer.ts'

/** Entries and bytes of one call (EventBridge API Reference, PutEvents). */
const MAX_ENTRIES = 10
const MAX_BYTES = 256 * 1024

/** The bytes that EventBridge counts for an entry's time. */
const TIME_BYTES = 14

/** How often entries are sent that EventBridge alone of their call refused, and the pause before each time. */
const PAUSES_MILLISECONDS = [0, 200, 800]

const TIMEOUT_MILLISECONDS = 5000

export interface BusOptions {
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
  timeoutMilliseconds?: number
  pause?: (milliseconds: number) => Promise<unknown>
}

/** Sends events to a bus, given by its name or ARN. @throws NoticeFailed; some events may have been sent by then */
export function makeEventBus(bus: string, options: BusOptions = {}) {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS, pause = wait, ...where } = options
  const config = { maxAttempts: 3, ...beginsWithin(timeoutMilliseconds), ...where }
  const client = wholeAnswers(new EventBridgeClient(config), timeoutMilliseconds)
  return async (events: KeysweepEvent[]): Promise<void> => {
    for (const batch of batchesOf(events.map((event) => entryOf(bus, event)))) await sendAll(client, bus, batch, pause)
  }
}

type Entry = ReturnType<typeof entryOf>

const entryOf = (bus: string, { type, at, detail }: KeysweepEvent) => ({
  EventBusName: bus,
  Source: SOURCE,
  DetailType: type,
  Time: new Date(at),
  Detail: JSON.stringify(detail),
})

interface Counted {
  Source: string
  DetailType: string
  Detail: string
}

/** As EventBridge counts: the UTF-8 of source, detail type and detail, and the time. */
const bytesOf = ({ Source, DetailType, Detail }: Counted): number =>
  TIME_BYTES + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail)

/** In order, each within what one call takes; an entry that is too large by itself is for EventBridge to refuse. */
export function batchesOf<E extends Counted>(entries: E[]): E[][] {
  const batches: E[][] = []
  let bytes = 0
  for (const entry of entries) {
    const batch = batches.at(-1)
    bytes += bytesOf(entry)
    if (batch === undefined || batch.length === MAX_ENTRIES || bytes > MAX_BYTES) {
      batches.push([entry])
      bytes = bytesOf(entry)
    } else batch.push(entry)
  }
  return batches
}

/** A 200 may refuse single entries: those alone are sent again, a few times. */
async function sendAll(
  client: EventBridgeClient,
  bus: string,
  batch: Entry[],
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<void> {
  let left = batch
  let refusal: PutEventsResultEntry | undefined
  for (const milliseconds of PAUSES_MILLISECONDS) {
    if (milliseconds > 0) await pause(milliseconds)
    const results = await send(client, bus, left)
    refusal = results.find((result) => !result.EventId)
    left = left.filter((_, index) => !results[index]?.EventId)
    if (left.length === 0) return
  }
  throw new NoticeFailed(
    `Events not sent to ${bus}: ${left.length} of ${batch.length} were refused to the last, the first as ${refusal?.ErrorCode}: ${refusal?.ErrorMessage}`,
  )
}

/** What became of each entry, in their order. */
async function send(client: EventBridgeClient, bus: string, Entries: Entry[]) {
  const answer = await client.send(new PutEventsCommand({ Entries })).catch((error: Error) => {
    throw new NoticeFailed(`Events not sent to ${bus}: ${receivedFrom(error)}`)
  })
  const { Entries: results = [], FailedEntryCount } = answer
  // The SDK takes a junk 200 for success: an entry that was taken has an id, one that was not has a code.
  const refused = results.filter(({ EventId }) => !EventId)
  if (
    results.length !== Entries.length ||
    FailedEntryCount !== refused.length ||
    refused.some(({ ErrorCode }) => !ErrorCode)
  )
    throw new NoticeFailed(
      `Events not sent to ${bus}: expected what became of ${Entries.length} entries, received ${results.length}, of which ${FailedEntryCount} failed`,
    )
  return results
}
