// Notifies programs and people of a run's end, after its record is stored.
import * as z from 'zod'
import { NoticeFailed } from '../core/model/errors.ts'
import type { KeysweepEvent } from '../core/notify/event-schemas.ts'
import type { OutcomePort } from './ports.ts'

/** What Write record gets. */
export const recordPayload = z.object({
  pass: z.string().optional(),
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).nullable(),
})

/** What is sent of a record. */
export interface EndNotice<EndMessage> {
  events: KeysweepEvent[]
  /** null: no message is sent. */
  message: EndMessage | null
}

/** A run on one machine shows its end on the terminal. */
export const NOBODY: OutcomePort<unknown> = {
  publish: async () => {},
  notifyOutcome: async () => {},
  showCommand: () => '',
}

/**
 * @param bestEffort notifying failed in all retries: tries once more, and ignores failures
 * @returns how many failed @throws NoticeFailed, unless failures are ignored
 */
export const notifyEnd = <EndMessage>(
  ports: OutcomePort<EndMessage>,
  notice: EndNotice<EndMessage>,
  bestEffort: boolean,
): Promise<number> => (bestEffort ? notifyBestEffort(ports, notice) : notifyAll(ports, notice))

/** Programs first: they recognize a repeat by its id, people do not. @returns 0, the number of failures @throws NoticeFailed */
async function notifyAll<EndMessage>(
  ports: OutcomePort<EndMessage>,
  { events, message }: EndNotice<EndMessage>,
): Promise<number> {
  await ports.publish(events)
  if (message !== null) await ports.notifyOutcome(message)
  return 0
}

/** A failing bus must not prevent the mail, nor a failing topic the events. @returns the number of failures */
async function notifyBestEffort<EndMessage>(
  ports: OutcomePort<EndMessage>,
  { events, message }: EndNotice<EndMessage>,
): Promise<number> {
  const results = await Promise.allSettled([ports.publish(events), message && ports.notifyOutcome(message)])
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const fault = failures.find((error) => !(error instanceof NoticeFailed))
  if (fault !== undefined) throw fault
  return failures.length
}
