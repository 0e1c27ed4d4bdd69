// The exit codes of commands.

import type { OrganizationStatus, SharedStatus, Status } from '../core/model/closed-sets.ts'
import type { OrganizationRecord } from '../core/model/documents/organization-record.ts'
import type { RunRecord } from '../core/model/documents/record.ts'

export const EXIT = {
  clean: 0,
  /** The run failed, or some keys did. */
  failed: 1,
  /** Bad usage or settings: nothing was started. */
  usage: 2,
  /** Stopped without acting: over a cap, no approval, another run open, switched off, not confirmed, an answer that did not count. */
  stopped: 3,
  interrupted: 130,
} as const

const BY_SHARED_STATUS: Record<SharedStatus, number> = {
  planned: EXIT.clean,
  'nothing to do': EXIT.clean,
  refused: EXIT.failed,
  'approval needed': EXIT.stopped,
  rejected: EXIT.stopped,
  expired: EXIT.stopped,
  'another run is open': EXIT.stopped,
  'switched off': EXIT.stopped,
  interrupted: EXIT.interrupted,
}

const BY_STATUS: Record<Status, number> = {
  ...BY_SHARED_STATUS,
  deactivated: EXIT.clean,
  reactivated: EXIT.clean,
  'some keys failed': EXIT.failed,
  'over cap': EXIT.stopped,
}

const BY_ORGANIZATION_STATUS: Record<OrganizationStatus, number> = {
  ...BY_SHARED_STATUS,
  changed: EXIT.clean,
  'some accounts failed': EXIT.failed,
}

/** Whether a run can end as this. */
export const isStatus = (text: string): text is Status => Object.hasOwn(BY_STATUS, text)

/** A run that ends with one of these errors was started with wrong input or settings. */
export const USAGE_ERRORS = ['SettingsRefused', 'InputRefused', 'RunIdTaken']

export const exitCodeOf = (record: Pick<RunRecord, 'status' | 'error'>): number =>
  isUsage(record) ? EXIT.usage : BY_STATUS[record.status]

/** Of an organization run. */
export const exitCodeOfOrganization = (record: Pick<OrganizationRecord, 'status' | 'error'>): number =>
  isUsage(record) ? EXIT.usage : BY_ORGANIZATION_STATUS[record.status]

const isUsage = ({ status, error }: Pick<RunRecord | OrganizationRecord, 'status' | 'error'>): boolean =>
  status === 'refused' && USAGE_ERRORS.includes(error?.name ?? '')

/** Whether an organization run can end as this. */
export const isOrganizationStatus = (text: string): text is OrganizationStatus =>
  Object.hasOwn(BY_ORGANIZATION_STATUS, text)
