// What the state machine receives of a plan: its name, what comes next, and the keys if they go ahead.
import type { Next } from '../core/model/documents/plan.ts'
import type { StoredPlan } from './run-documents.ts'

export interface NextStep {
  next: Next
  sha256: string
  keys: { user: string; accessKeyId: string }[]
}

/** The keys go into the state only if they go ahead: the state of an execution is limited to 256 KiB. */
export const nextStep = ({ plan: { next, keys }, sha256 }: StoredPlan): NextStep => ({
  next,
  sha256,
  keys: next === 'deactivate' ? keys.map(({ user, accessKeyId }) => ({ user, accessKeyId })) : [],
})
