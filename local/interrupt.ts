import type { OutcomeReason } from '../core/model/outcome-reason.ts'
import { INTERRUPTED } from '../core/run/record.ts'
import {
  type Change,
  doneOutcome,
  type KeyEnd,
  type KeyPorts,
  notConfirmed,
  seenWithStatus,
  skipped,
} from '../steps/change-status.ts'
import { joinRecord } from '../steps/join-record.ts'
import { readAttempts } from '../steps/key-journal.ts'
import { outcomeOnce } from '../steps/key-outcome.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, put, read, readInput, readStoredPlan } from '../steps/run-documents.ts'

/** Writes the record of a run that was stopped; what its functions had begun has ended before. */
export async function writeInterruptedRecord(ports: Ports, runId: string, startedAt: string): Promise<void> {
  await settleAll(ports, runId)
  const error = { Error: INTERRUPTED, Cause: 'Stopped by hand before its end.' }
  const execution = await executionOf(ports.store, runId, startedAt)
  const { record, foreign } = await joinRecord(ports.store, { ...execution, error }, ports.now())
  if (!foreign) await put(ports.store, documents.record(runId), record)
}

async function settleAll(ports: Ports, runId: string): Promise<void> {
  const changes = await changesOf(ports.store, runId)
  if (changes.length === 0) return
  const { account } = await readInput(ports.store, runId)
  const keyPorts = { ...ports, iam: ports.iamOf(account) }
  await Promise.all(changes.map((change) => settle(keyPorts, change)))
}

/** As the run's input names it; one that stood before this run belongs to another, whose record is not ours to write. */
async function executionOf(store: Ports['store'], runId: string, startedAt: string) {
  const input = await read(store, documents.input(runId))
  if (input === null || input.startedAt < startedAt) return { runId, executionId: runId, startedAt }
  return { runId, executionId: input.executionId, startedAt: input.startedAt }
}

/** What the run may have been about to do: bring keys back where it undoes a run, else deactivate those of its plan. */
async function changesOf(store: Ports['store'], runId: string): Promise<Change[]> {
  const undo = await read(store, documents.undo(runId))
  const keys = undo?.keys ?? (await readStoredPlan(store, runId))?.plan.keys ?? []
  const action = undo === null ? 'deactivate' : 'reactivate'
  return keys.map(({ user, accessKeyId }) => ({ runId, user, accessKeyId, action }))
}

/** A key that this run began and did not end gets its outcome; one that it never touched needs none. */
async function settle(ports: KeyPorts, change: Change): Promise<void> {
  const { count, sent } = await readAttempts(ports.store, change.runId, change.accessKeyId)
  if (count === 0) return
  await outcomeOnce(ports, change, async () => (sent ? await lookAt(ports, change) : skipped(REFUSED, { sent })))
}

const REFUSED: OutcomeReason = { why: 'interrupted', when: 'refused' }
const NOT_SEEN = notConfirmed({ why: 'interrupted', when: null })

async function lookAt(ports: KeyPorts, change: Change): Promise<KeyEnd> {
  try {
    return (await seenWithStatus(ports, change)) ? doneOutcome(change) : NOT_SEEN
  } catch (error) {
    // Whatever IAM says now, the record is to be written.
    if (error instanceof Error && error.name.startsWith('Iam')) return NOT_SEEN
    throw error
  }
}
