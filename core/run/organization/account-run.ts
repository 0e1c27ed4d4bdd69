// What the run store says of the run that did one phase of an organization run in one account, and which end it gives the
// account. The outputs of the state machine say nothing: the store does.
import type { AccountRunReason } from '../../model/account-reason.ts'
import type { AccountEnd, Phase, Status } from '../../model/closed-sets.ts'
import type { ListedAccount } from '../../model/documents/account-list.ts'
import type { RunRecord } from '../../model/documents/record.ts'
import type { MemberRoleDenied } from '../../model/errors.ts'
import { MILLISECONDS_PER_DAY, millisecondsOf } from '../../model/instants.ts'
import { accountRunText } from '../../texts/organization-text.ts'

export interface AccountRun {
  runId: string
  /** Whether its input belongs to this organization run, phase and account; null: it has no input. */
  input: 'own' | 'other' | null
  /** null: it has none. */
  record: Pick<RunRecord, 'status' | 'error' | 'incomplete' | 'counts' | 'plan'> | null
}

/** How an account ends; `why` null: the end says it all. */
export interface EndOfAccount {
  end: AccountEnd
  why: string | null
}

/** What decides between the ends of an account whose role cannot be assumed. */
export interface Reach {
  managementAccount: string | null
  now: Date
}

const FAILED: Record<Phase, AccountEnd> = { survey: 'failed', change: 'failed', undo: 'failed' }
const NOTHING: Record<Phase, AccountEnd> = {
  survey: 'nothing to do',
  change: 'nothing to do',
  undo: 'nothing to do',
}

/** The end of an account by the status of its run. An end that a run of the phase should not have is a failure. */
const END_OF: Record<Status, Record<Phase, AccountEnd>> = {
  planned: { ...FAILED, survey: 'planned' },
  'nothing to do': NOTHING,
  deactivated: { ...FAILED, change: 'changed' },
  reactivated: { ...FAILED, undo: 'changed' },
  'some keys failed': FAILED,
  'over cap': FAILED,
  'approval needed': FAILED,
  rejected: FAILED,
  expired: FAILED,
  'another run is open': { ...FAILED, change: 'busy' },
  'switched off': FAILED,
  refused: FAILED,
  interrupted: FAILED,
}

/**
 * The end of an account after this run. `planned`, of a survey: it has a plan that can be carried out.
 * @param runId the id that the run must have, for the reason
 */
export function endByRun(
  phase: Phase,
  runId: string,
  run: AccountRun | null,
  account: ListedAccount,
  reach: Reach,
): EndOfAccount {
  const failed = (reason: AccountRunReason): EndOfAccount => ({ end: 'failed', why: accountRunText(reason) })
  if (run?.input === 'other') return failed({ because: 'other-run', run: runId })
  if (!run?.record) return failed({ because: 'no-record', run: runId })
  const { status, error, incomplete } = run.record
  if (run.input === 'own' && error?.name === ROLE_DENIED)
    return { end: endOfUnreachable(account, reach), why: `${error.name}: ${error.message}` }
  if (incomplete && error === null) return failed({ because: 'incomplete', run: runId })
  // Without its input the record is that of a failed start.
  const end = run.input === 'own' && !incomplete ? END_OF[status][phase] : 'failed'
  if (end !== 'failed' && end !== 'busy' && error === null) return { end, why: null }
  return {
    end: end === 'busy' ? 'busy' : 'failed',
    why: accountRunText({ because: 'run', run: runId, status, error }),
  }
}

const ROLE_DENIED = 'MemberRoleDenied' satisfies MemberRoleDenied['name']

/** StackSets never deploy to the management account, and need a while for a new one. */
function endOfUnreachable({ account, joinedAt }: ListedAccount, { managementAccount, now }: Reach): AccountEnd {
  if (account === managementAccount) return 'management account'
  const joined = millisecondsOf(joinedAt) ?? Number.NaN
  // A date that is far in the future explains nothing.
  return Math.abs(now.getTime() - joined) < MILLISECONDS_PER_DAY ? 'new' : 'unreachable'
}
