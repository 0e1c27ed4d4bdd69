// An account's roles, who may assume them, and their sessions.
import type { PolicyDocument } from './policy.ts'

export interface Role {
  name: string
  /** Begins and ends with a slash. */
  path: string
  trust: PolicyDocument
  policies: PolicyDocument[]
  /** Longest session, in seconds. */
  maxSessionSeconds: number
}

/** A role under `/` with sessions of at most an hour, unless `rest` says otherwise. */
export const newRole = (
  name: string,
  { trust, policies }: Pick<Role, 'trust' | 'policies'>,
  rest: Partial<Pick<Role, 'path' | 'maxSessionSeconds'>> = {},
): Role => ({ name, path: '/', trust, policies, maxSessionSeconds: 3600, ...rest })

/** A session of a role, as its temporary credentials name it. */
export interface Session {
  role: string
  session: string
  /** What AssumeRole gave. Missing for a session that a test made up: it does not expire, and may do everything. */
  issued?: { at: Date; expiresAt: Date; token: string; policy: PolicyDocument | null }
}

/** Denies everything to the role's sessions that began before `at`, with the policy that the console's "Revoke sessions" adds. */
export function revokeSessions(role: Role, at: Date): void {
  const Condition = { DateLessThan: { 'aws:TokenIssueTime': at.toISOString() } }
  role.policies.push({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }],
  })
}
