// The record of a run that was stopped on this machine.
import type { RunInput } from '../core/model/documents/input.ts'
import { AccountRefused, MemberRoleDenied } from '../core/model/errors.ts'
import type { OutcomeReason } from '../core/model/outcome-reason.ts'
import { INTERRUPTED } from '../core/run/execution-end.ts'
import { readUntil } from '../io/aws/reads.ts'
import { READ } from '../io/sts/iam-use.ts'
import {
  type Change,
  doneOutcome,
  type KeyEnd,
  type KeyPorts,
  notConfirmed,
  seenWithStatus,
  skipped,
} from '../steps/change-status.ts'
import { isDamage, joinRecord } from '../steps/join-record.ts'
import { readAttempts } from '../steps/key-journal.ts'
import { outcomeOnce } from '../steps/key-outcome.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, put, read, readInput, readStoredPlan } from '../steps/run-documents.ts'

export const STOPPED = 'The run was stopped by Ctrl-C, a signal or keysweep stop.'

/** Writes the record of a stopped run. Its functions have returned, or never will. @param why it was stopped */
export async function writeInterruptedRecord(
  ports: Ports,
  runId: string,
  startedAt: string,
  why: string = STOPPED,
): Promise<void> {
  await settleAll(ports, runId)
  const error = { Error: INTERRUPTED, Cause: why }
  const execution = await executionOf(ports.store, runId, startedAt)
  const { record, foreign } = await joinRecord(ports.store, { ...execution, error }, ports.now())
  if (!foreign) await put(ports.store, documents.record(runId), record)
}

async function settleAll(ports: Ports, runId: string): Promise<void> {
  try {
    await settleChanges(ports, runId)
  } catch (error) {
    // The record names the document, which joinRecord reads as well.
    if (!isDamage(error)) throw error
  }
}

async function settleChanges(ports: Ports, runId: string): Promise<void> {
  const changes = await changesOf(ports.store, runId)
  if (changes.length === 0) return
  const keyPorts = { ...ports, iam: ports.iamOf(await readInput(ports.store, runId), READ) }
  await Promise.all(changes.map((change) => settle(keyPorts, change)))
}

/** The execution that the stored input names. An input older than this run is another run's: its record must not be written. */
async function executionOf(store: Ports['store'], runId: string, startedAt: string) {
  const input = await readIfFit(store, runId)
  if (input === null || input.startedAt < startedAt) return { runId, executionId: runId, startedAt }
  return { runId, executionId: input.executionId, startedAt: input.startedAt }
}

/** The input; null also if it does not match its schema. */
async function readIfFit(store: Ports['store'], runId: string): Promise<RunInput | null> {
  try {
    return await read(store, documents.input(runId))
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

/** The changes that the run may have begun: reactivate the keys of an undo, or deactivate the keys of a plan. */
async function changesOf(store: Ports['store'], runId: string): Promise<Change[]> {
  const undo = await read(store, documents.undo(runId))
  const keys = undo?.keys ?? (await readStoredPlan(store, runId))?.plan.keys ?? []
  const action = undo === null ? 'deactivate' : 'reactivate'
  return keys.map(({ user, accessKeyId }) => ({ runId, user, accessKeyId, action }))
}

/** Stores the outcome of a key that the run began to change. A key without an intent needs no outcome. */
async function settle(ports: KeyPorts, change: Change): Promise<void> {
  const { count, sent } = await readAttempts(ports.store, change.runId, change.accessKeyId)
  if (count === 0) return
  await outcomeOnce(ports, change, async () => (sent ? await lookAt(ports, change) : skipped(REFUSED, { sent })))
}

const REFUSED: OutcomeReason = { why: 'interrupted', when: 'refused' }
const NOT_SEEN = notConfirmed({ why: 'interrupted', when: null })

/** Longer than the read-back of an IAM that answers. With one that does not, each of its seven reads would take ten seconds. */
const LOOK_MILLISECONDS = 20_000

async function lookAt(ports: KeyPorts, change: Change): Promise<KeyEnd> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(new Error('IAM did not answer')), LOOK_MILLISECONDS)
  try {
    const isDone = await readUntil(patience.signal, () => seenWithStatus(ports, change))
    return isDone ? doneOutcome(change) : NOT_SEEN
  } catch (error) {
    if (patience.signal.aborted) return NOT_SEEN
    // An error of IAM, or no way into the account any more, must not prevent the record.
    if (error instanceof MemberRoleDenied || error instanceof AccountRefused) return NOT_SEEN
    if (error instanceof Error && error.name.startsWith('Iam')) return NOT_SEEN
    throw error
  } finally {
    clearTimeout(timer)
  }
}
