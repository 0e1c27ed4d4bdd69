// For which account a client is, and what for. A run on its own account signs with its own credentials. In any other account a
// role session signs, which can do no more than what it was asked for.
import type { RunInput } from '../../core/model/documents/input.ts'

/** What of a run's stored input says which account it works on, and how it gets into it. */
export type AccountRun = Pick<RunInput, 'account' | 'caller' | 'member'> & {
  /** null: for no run. */
  runId: string | null
}

/** The same, for a run in an account that it enters by a role or a profile. */
export type MemberRun = AccountRun & { member: NonNullable<AccountRun['member']> }

/** What the calls are for. A session that writes can touch this one user only. */
export type IamUse = { role: 'read' } | { role: 'deactivate' | 'reactivate'; user: string }

export const READ: IamUse = { role: 'read' }

/** The caller's own account, outside of any run. */
export const ofCaller = (caller: RunInput['caller']): AccountRun => ({
  account: caller.account,
  caller,
  member: null,
  runId: null,
})

/** The partition of a caller's ARN, such as `aws`. */
export const partitionOf = ({ arn }: Pick<RunInput['caller'], 'arn'>): string => arn.split(':')[1] || 'aws'
