// Write record: writes what the run left in the store as record.json, and lets programs and people know. Every path of
// the machine ends here.
import * as z from 'zod'
import type { RunRecord } from '../core/model/documents/record.ts'
import { NoticeFailed } from '../core/model/errors.ts'
import type { RunEnded } from '../core/model/messages.ts'
import { eventsOf } from '../core/notify/events.ts'
import { runEnded } from '../core/notify/message.ts'
import { recordMetrics } from '../core/notify/metrics.ts'
import { endOf } from '../core/run/record.ts'
import { joinRecord } from '../steps/join-record.ts'
import type { OutcomePort, Ports } from '../steps/ports.ts'
import { documents, put } from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { outcomePort } from './lambda/outcome-port.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).nullable(),
  /** Notifying has been given up: notify whom it reaches, and end by the record all the same. */
  untold: z.boolean().default(false),
})

type NotifyPorts = Pick<Ports, 'store'> & OutcomePort

/** A run on one machine ends before the eyes of whoever it concerns. */
const NOBODY: OutcomePort = { publish: async () => {}, notifyOutcome: async () => {}, showCommand: () => '' }

/**
 * A record is kept whatever becomes of its messages, and a retry sends the same with the same ids.
 * @returns how the execution ends. @throws NoticeFailed once the record is stored, and what the run store throws.
 */
export const makeWriteRecord =
  (given: Pick<Ports, 'store' | 'now'> & Partial<OutcomePort>) => async (event: unknown) => {
    const ports = { ...NOBODY, ...given }
    const { untold: notifyFailed, ...execution } = payload.parse(event)
    const { record, foreign } = await joinRecord(ports.store, execution, ports.now())
    // Under a run id that is taken, the record that is stored, or is still to come, is another run's.
    const stored = foreign ? record : await put(ports.store, documents.record(record.runId), record)
    const notNotified = await (notifyFailed ? notifyBestEffort(ports, stored) : notifyAll(ports, stored))
    return { status: stored.status, ...endOf(stored), metrics: recordMetrics(stored, notNotified) }
  }

/** How many could not be notified. Programs first: they know a repeat by its id, and people do not. @throws NoticeFailed */
async function notifyAll(ports: NotifyPorts, record: RunRecord): Promise<number> {
  await ports.publish(eventsOf(record))
  await ports.notifyOutcome(messageOf(ports, record))
  return 0
}

/** How many could not be notified. A bus that is gone must not keep the mail from people, nor the other way round. */
async function notifyBestEffort(ports: NotifyPorts, record: RunRecord): Promise<number> {
  const results = await Promise.allSettled([
    ports.publish(eventsOf(record)),
    ports.notifyOutcome(messageOf(ports, record)),
  ])
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const fault = failures.find((error) => !(error instanceof NoticeFailed))
  if (fault !== undefined) throw fault
  return failures.length
}

const messageOf = ({ store, showCommand }: NotifyPorts, record: RunRecord): RunEnded =>
  runEnded(record, showCommand(record.runId, store.location))

export const handler = measured(onLambda(makeWriteRecord, storePort, outcomePort))
