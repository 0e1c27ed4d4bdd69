// Which open runs of the account machine keep a new one out: those that may write to the same account.
import { MODE_WRITES, type Phase } from '../model/closed-sets.ts'
import type { RunInput } from '../model/documents/input.ts'
import { InputRefused } from '../model/errors.ts'
import { askedOrganizationRun } from '../model/execution-input.ts'

/** What a run may write to. */
export interface Reach {
  account: string
  mayWrite: boolean
  /** A part of an organization run; else it is a run of its own. */
  isPart: boolean
}

/** An open execution of the machine. */
export interface OpenRun {
  runId: string
  input: unknown
}

const PHASE_WRITES: Record<Phase, boolean> = { survey: false, change: true, undo: true }

/**
 * Whether an open run, which began before, keeps this one out. Runs of their own exclude each other whatever their modes. A part
 * of an organization run and any other run exclude each other if both may write to the same account. A plan writes nothing, and
 * each of its keys is judged again before a write: it needs no lock. An undo goes on beside the run that it undoes, which it
 * stops itself.
 */
export function keepsOut(run: RunInput, { runId, input }: OpenRun): boolean {
  if (run.undo?.run === runId) return false
  const [own, other] = [reachOf(run), askedReach(input, run.caller.account)]
  if (!own.isPart && !other.isPart) return true
  return own.mayWrite && other.mayWrite && own.account === other.account
}

const reachOf = ({ account, mode, organizationRun }: RunInput): Reach =>
  organizationRun === null
    ? { account, mayWrite: MODE_WRITES[mode], isPart: false }
    : { account, mayWrite: PHASE_WRITES[organizationRun.phase], isPart: true }

/**
 * What an execution may write to by its input. One that names no mode may have any. One that is refused for its input writes
 * nothing, and counts as a run of its own until it ends.
 * @param ownAccount in which the machine is deployed: runs of their own work on it
 */
function askedReach(input: unknown, ownAccount: string): Reach {
  const part = askedPart(input)
  if (part !== null) return { account: part.account, mayWrite: PHASE_WRITES[part.phase], isPart: true }
  return { account: ownAccount, mayWrite: !asksOnlyForPlan(input), isPart: false }
}

function askedPart(input: unknown): ReturnType<typeof askedOrganizationRun> {
  try {
    return askedOrganizationRun(input)
  } catch (error) {
    if (error instanceof InputRefused) return null
    throw error
  }
}

/** Whether an execution with this input writes nothing, whatever is deployed. */
export const asksOnlyForPlan = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'mode' in input && input.mode === 'plan'
