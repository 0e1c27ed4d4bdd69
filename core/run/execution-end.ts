// How the execution of a run ends: the error that ended it, and whether it counts as failed.
import type { SharedStatus, Status } from '../model/closed-sets.ts'
import type { OrganizationRecord } from '../model/documents/organization-record.ts'
import type { RunRecord } from '../model/documents/record.ts'
import { NO_ANSWER } from '../texts/approval-text.ts'

/** Error and cause as Step Functions hands them to a Catch. */
export interface StateError {
  Error: string
  Cause: string
}

/** The name under which a stopped run hands its own end to the record. */
export const INTERRUPTED = 'Interrupted'

/** A Lambda error's Cause is JSON with `errorMessage`; Step Functions' own causes are plain text. */
export function messageOf({ Error: name, Cause }: StateError): string {
  try {
    const { errorMessage } = JSON.parse(Cause) as { errorMessage?: unknown }
    return typeof errorMessage === 'string' ? errorMessage : Cause
  } catch {
    return Cause || name
  }
}

/** Whether the execution of a run with this status ends as failed. */
export const SHARED_FAILS: Record<SharedStatus, boolean> = {
  planned: false,
  'nothing to do': false,
  'approval needed': false,
  rejected: false,
  expired: true,
  'another run is open': false,
  // Somebody ordered it: an alarm for every scheduled run would only be muted.
  'switched off': false,
  refused: true,
  interrupted: true,
}

const FAILS: Record<Status, boolean> = {
  ...SHARED_FAILS,
  deactivated: false,
  reactivated: false,
  'some keys failed': true,
  'over cap': false,
}

/** How an execution ends: failed with an error and a cause, or done with both empty. */
export interface ExecutionEnd {
  failed: boolean
  error: string
  cause: string
}

/** The end by status and error alone; null: keys or accounts failed, and the record names them. */
export function endByStatus(
  { status, error }: Pick<RunRecord | OrganizationRecord, 'status' | 'error'>,
  fails: boolean,
): ExecutionEnd | null {
  if (!fails) return { failed: false, error: '', cause: '' }
  if (error !== null) return { failed: true, error: error.name, cause: error.message }
  return status === 'expired' ? { failed: true, error: 'ApprovalExpired', cause: NO_ANSWER } : null
}

export function endOf(record: RunRecord): ExecutionEnd {
  const end = endByStatus(record, FAILS[record.status])
  if (end !== null) return end
  const failed = record.keys.filter((key) => key.outcome === 'failed')
  const named = failed.slice(0, 5).map((key) => `${key.accessKeyId} of ${key.user}: ${key.outcomeReason}`)
  const handedOn = record.keys.filter((key) => key.outcome !== null).length
  return {
    failed: true,
    error: 'SomeKeysFailed',
    cause: `${failed.length} of ${handedOn} keys failed: ${named.join('; ')}`,
  }
}
