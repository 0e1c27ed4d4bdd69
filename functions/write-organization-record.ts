// Write organization record: writes record.json from what the run store has of the run and of its runs in accounts, and
// notifies programs and people. Every path of the machine ends here.
import * as z from 'zod'
import type { OrganizationEnded } from '../core/model/messages.ts'
import { organizationEventsOf } from '../core/notify/events.ts'
import { organizationRecordMetrics } from '../core/notify/metrics.ts'
import { organizationEnded } from '../core/notify/organization-message.ts'
import { endOfOrganization } from '../core/run/organization/record.ts'
import { sha256Of } from '../steps/document-hashes.ts'
import { joinOrganizationRecord } from '../steps/join-organization-record.ts'
import { NOBODY, notifyEnd, recordPayload } from '../steps/notify-end.ts'
import { admitOrganizationEnd } from '../steps/pass.ts'
import type { ExecutionPort, OutcomePort, Ports } from '../steps/ports.ts'
import { organizationDocuments, write } from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { outcomePort } from './lambda/outcome-port.ts'
import { executionPort, storePort } from './lambda/ports.ts'

const payload = recordPayload.extend({
  /** Notifying failed in all retries: try once more, ignore failures, and end as the record says. */
  notifyFailed: z.boolean().default(false),
})

type RecordPorts = Pick<Ports, 'store' | 'now' | 'pause'> & ExecutionPort & Partial<OutcomePort<OrganizationEnded>>

/**
 * The record is stored before anybody is notified. A retry sends the same events with the same ids.
 * @returns how the execution ends @throws PassRefused | ExecutionNotConfirmed | MachineUnavailable; NoticeFailed after the record is stored, and what the run store throws
 */
export const makeWriteOrganizationRecord = (given: RecordPorts) => async (event: unknown) => {
  const ports = { ...NOBODY, ...given }
  const { notifyFailed, pass, ...execution } = payload.parse(event)
  await admitOrganizationEnd(ports, execution, pass)
  const { store } = ports
  const { record, foreign } = await joinOrganizationRecord(store, execution, ports.now())
  // If the run id belongs to another execution, so does the record under it.
  const written = foreign ? null : await write(store, organizationDocuments.record(record.runId), record)
  const stored = written?.document ?? record
  const sha256 = written && sha256Of(written.text)
  const notice = {
    events: organizationEventsOf(stored, sha256),
    message: organizationEnded(stored, ports.showCommand(stored.runId, store.location), sha256),
  }
  const notNotified = await notifyEnd(ports, notice, notifyFailed)
  const metrics = organizationRecordMetrics(stored, notNotified)
  return { status: stored.status, ...endOfOrganization(stored), metrics }
}

export const handler = measured(onLambda(makeWriteOrganizationRecord, executionPort, storePort, outcomePort))
