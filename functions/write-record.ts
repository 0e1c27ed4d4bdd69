// Write record: writes record.json from the run's stored documents, and notifies programs and people. Every path of the
// machine ends here.
import * as z from 'zod'
import { eventsOf } from '../core/notify/events.ts'
import { runEnded } from '../core/notify/message.ts'
import { recordMetrics } from '../core/notify/metrics.ts'
import { endOf } from '../core/run/execution-end.ts'
import { sha256Of } from '../steps/document-hashes.ts'
import { joinRecord } from '../steps/join-record.ts'
import { NOBODY, notifyEnd, recordPayload } from '../steps/notify-end.ts'
import { isPartAtEnd } from '../steps/part-at-end.ts'
import { admitEnd } from '../steps/pass.ts'
import type { ExecutionPort, OutcomePort, Ports } from '../steps/ports.ts'
import { documents, write } from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { outcomePort } from './lambda/outcome-port.ts'
import { executionPort, storePort } from './lambda/ports.ts'

const payload = recordPayload.extend({
  /** Notifying failed in all retries: try once more, ignore failures, and end as the record says. */
  untold: z.boolean().default(false),
})

/**
 * The record is stored before anybody is notified. A retry sends the same events with the same ids.
 * @returns how the execution ends @throws PassRefused | ExecutionNotConfirmed | MachineUnavailable; NoticeFailed after the record is stored, and what the run store throws
 */
export const makeWriteRecord =
  (given: Pick<Ports, 'store' | 'now' | 'pause'> & ExecutionPort & Partial<OutcomePort>) => async (event: unknown) => {
    const ports = { ...NOBODY, ...given }
    const { untold: notifyFailed, pass, ...execution } = payload.parse(event)
    const ending = await admitEnd(ports, execution, pass)
    const { record, foreign } = await joinRecord(ports.store, execution, ports.now())
    // If the run id belongs to another execution, so does the record under it.
    const written = foreign ? null : await write(ports.store, documents.record(record.runId), record)
    const stored = written?.document ?? record
    const sha256 = written && sha256Of(written.text)
    const command = ports.showCommand(stored.runId, ports.store.location)
    // An organization run sends one message for all its accounts.
    const message = isPartAtEnd(execution.runId, ending) ? null : runEnded(stored, command, sha256)
    const notice = { events: eventsOf(stored, sha256), message }
    const notNotified = await notifyEnd(ports, notice, notifyFailed)
    return { status: stored.status, ...endOf(stored), metrics: recordMetrics(stored, notNotified) }
  }

export const handler = measured(onLambda(makeWriteRecord, executionPort, storePort, outcomePort))
