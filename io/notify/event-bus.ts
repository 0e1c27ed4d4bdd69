// Sends events to other programs, through an EventBridge bus.
import { setTimeout as wait } from 'node:timers/promises'
import { EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge'
import { NoticeFailed } from '../../core/model/errors.ts'
import { type KeysweepEvent, SOURCE } from '../../core/notify/event-schemas.ts'
import { receivedFrom } from '../aws/errors.ts'
import { OWN_AGENT } from '../aws/user-agent.ts'
import { beginsWithin, wholeAnswers } from '../aws/whole-answer.ts'

/** Limits of one call (EventBridge API Reference, PutEvents). */
const MAX_ENTRIES = 10
const MAX_BYTES = 256 * 1024

/** EventBridge counts this many bytes for an entry's time. */
const TIME_BYTES = 14

/** One attempt for each pause, to send the entries that EventBridge refuses in a 200. */
const PAUSES_MILLISECONDS = [0, 200, 800]

const TIMEOUT_MILLISECONDS = 5000

export interface BusOptions {
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
  timeoutMilliseconds?: number
  pause?: (milliseconds: number) => Promise<unknown>
}

/** Sends events to a bus, given by its name or ARN. @throws NoticeFailed; some events may have been sent before */
export function makeEventBus(bus: string, options: BusOptions = {}) {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS, pause = wait, ...where } = options
  const config = { maxAttempts: 3, customUserAgent: OWN_AGENT, ...beginsWithin(timeoutMilliseconds), ...where }
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

/** The size that EventBridge counts: the UTF-8 bytes of source, detail type and detail, and the time. */
const bytesOf = ({ Source, DetailType, Detail }: Counted): number =>
  TIME_BYTES + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail)

/** In order, each within the limits of one call. An entry that is too large gets a batch of its own; EventBridge refuses it. */
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

/** A 200 may refuse single entries. Only those are sent again, a few times. */
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
    `Events not sent to ${bus}: ${left.length} of ${batch.length} refused in ${PAUSES_MILLISECONDS.length} attempts, the first with ${refusal?.ErrorCode}: ${refusal?.ErrorMessage}`,
  )
}

/** The result of each entry, in order. */
async function send(client: EventBridgeClient, bus: string, Entries: Entry[]) {
  const answer = await client.send(new PutEventsCommand({ Entries })).catch((error: Error) => {
    throw new NoticeFailed(`Events not sent to ${bus}: ${receivedFrom(error)}`)
  })
  const { Entries: results = [], FailedEntryCount } = answer
  // The SDK resolves an invalid 200 as success. An accepted entry has an id, a refused one has an error code.
  const refused = results.filter(({ EventId }) => !EventId)
  if (
    results.length !== Entries.length ||
    FailedEntryCount !== refused.length ||
    refused.some(({ ErrorCode }) => !ErrorCode)
  )
    throw new NoticeFailed(
      `Events not sent to ${bus}: incomplete answer: ${results.length} results for ${Entries.length} entries, FailedEntryCount ${FailedEntryCount}`,
    )
  return results
}
