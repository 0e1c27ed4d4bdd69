// After Ctrl-C: looks up what became of the updates that were sent, and writes the record of what the run got to.
import type { PlannedKey } from '../core/model.ts'
import { INTERRUPTED } from '../core/record.ts'
import { doneOutcome, type Ended, seenWithStatus } from '../functions/change-status.ts'
import { outcomeOnce } from '../functions/key-outcome.ts'
import { readRunTries } from '../functions/key-traces.ts'
import type { Ports } from '../functions/ports.ts'
import { readStoredPlan } from '../functions/stored.ts'
import { makeWriteRecord } from '../functions/write-record.ts'

/** Writes the record of a run that was stopped; what its functions had begun has ended before. */
export async function writeInterruptedRecord(ports: Ports, runId: string, startedAt: string): Promise<void> {
  const stored = await readStoredPlan(ports.store, runId)
  await Promise.all((stored?.plan.keys ?? []).map((key) => settle(ports, runId, key)))
  const error = { Error: INTERRUPTED, Cause: 'Stopped by hand before its end.' }
  await makeWriteRecord(ports)({ runId, executionId: runId, startedAt, error })
}

/** A key that this run began and did not end gets its outcome; one that it never touched needs none. */
async function settle(ports: Ports, runId: string, { user, accessKeyId }: PlannedKey): Promise<void> {
  const { tries, sent } = await readRunTries(ports.store, runId, accessKeyId)
  if (tries === 0) return
  await outcomeOnce(ports, { runId, user, accessKeyId }, async () =>
    sent ? await lookAt(ports, runId, user, accessKeyId) : NOT_SENT,
  )
}

const NOT_SENT: Ended = { outcome: 'skipped', reason: 'interrupted after IAM had refused the update', sent: false }
const NOT_SEEN: Ended = { outcome: 'failed', reason: 'sent, not confirmed (interrupted)', sent: true }

async function lookAt(ports: Ports, runId: string, user: string, accessKeyId: string): Promise<Ended> {
  const change = { runId, user, accessKeyId, to: 'Inactive' } as const
  try {
    return (await seenWithStatus(ports, change)) ? doneOutcome(change) : NOT_SEEN
  } catch (error) {
    // Whatever IAM says now, the record is to be written.
    if (error instanceof Error && (error.name.startsWith('Iam') || error.name === 'NoSuchEntity')) return NOT_SEEN
    throw error
  }
}
