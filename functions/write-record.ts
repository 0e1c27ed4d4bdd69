// Write record: writes record.json from the run's stored documents, and notifies programs and people. Every path of the
// machine ends here.
import * as z from 'zod'
import type { RunRecord } from '../core/model/documents/record.ts'
import { NoticeFailed } from '../core/model/errors.ts'
import type { RunEnded } from '../core/model/messages.ts'
import { eventsOf } from '../core/notify/events.ts'
import { runEnded } from '../core/notify/message.ts'
import { recordMetrics } from '../core/notify/metrics.ts'
import { endOf } from '../core/run/record.ts'
import { joinRecord } from '../steps/join-record.ts'
import { admitEnd } from '../steps/pass.ts'
import type { ExecutionPort, OutcomePort, Ports } from '../steps/ports.ts'
import { documents, put } from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { outcomePort } from './lambda/outcome-port.ts'
import { executionPort, storePort } from './lambda/ports.ts'

const payload = z.object({
  pass: z.string().optional(),
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).nullable(),
  /** Notifying failed in all retries: try once more, ignore failures, and end as the record says. */
  untold: z.boolean().default(false),
})

type NotifyPorts = Pick<Ports, 'store'> & OutcomePort

/** A run on one machine shows its end on the terminal. */
const NOBODY: OutcomePort = { publish: async () => {}, notifyOutcome: async () => {}, showCommand: () => '' }

/**
 * The record is stored before anybody is notified. A retry sends the same events with the same ids.
 * @returns how the execution ends @throws PassRefused | ExecutionNotConfirmed | MachineUnavailable; NoticeFailed after the record is stored, and what the run store throws
 */
export const makeWriteRecord =
  (given: Pick<Ports, 'store' | 'now' | 'pause'> & ExecutionPort & Partial<OutcomePort>) => async (event: unknown) => {
    const ports = { ...NOBODY, ...given }
    const { untold: notifyFailed, pass, ...execution } = payload.parse(event)
    await admitEnd(ports, execution, pass)
    const { record, foreign } = await joinRecord(ports.store, execution, ports.now())
    // If the run id belongs to another execution, so does the record under it.
    const stored = foreign ? record : await put(ports.store, documents.record(record.runId), record)
    const notNotified = await (notifyFailed ? notifyBestEffort(ports, stored) : notifyAll(ports, stored))
    return { status: stored.status, ...endOf(stored), metrics: recordMetrics(stored, notNotified) }
  }

/** Programs first: they recognize a repeat by its id, people do not. @returns 0, the number of failures @throws NoticeFailed */
async function notifyAll(ports: NotifyPorts, record: RunRecord): Promise<number> {
  await ports.publish(eventsOf(record))
  await notifyPeople(ports, record)
  return 0
}

/** A failing bus must not prevent the mail, nor a failing topic the events. @returns the number of failures */
async function notifyBestEffort(ports: NotifyPorts, record: RunRecord): Promise<number> {
  const results = await Promise.allSettled([ports.publish(eventsOf(record)), notifyPeople(ports, record)])
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const fault = failures.find((error) => !(error instanceof NoticeFailed))
  if (fault !== undefined) throw fault
  return failures.length
}

/** Nobody wants a message of every account: people hear of an organization run once, from that run. */
async function notifyPeople(ports: NotifyPorts, record: RunRecord): Promise<void> {
  if (record.organizationRun === null) await ports.notifyOutcome(messageOf(ports, record))
}

const messageOf = ({ store, showCommand }: NotifyPorts, record: RunRecord): RunEnded =>
  runEnded(record, showCommand(record.runId, store.location))

export const handler = measured(onLambda(makeWriteRecord, executionPort, storePort, outcomePort))
