// The three roles that keysweep has in each account of an organization, as resources/member-account.yml makes them.
import type { PolicyDocument, Statement } from './policy.ts'
import { newRole, type Role } from './role.ts'

export const MEMBER_ROLES = {
  read: 'keysweep-read',
  deactivate: 'keysweep-deactivate',
  reactivate: 'keysweep-reactivate',
} as const

export interface MemberRolesOptions {
  partition?: string
  /** The id of the account with the roles. */
  account: string
  /** The id of the account from which keysweep assumes them. */
  hub: string
  /** Who in the hub may: ARNs of users and roles. For a session, its role's ARN. */
  trusted: readonly string[]
  /** null: callers of no organization too. */
  organizationId: string | null
  /** No key of a user under these paths is deactivated. */
  exemptPaths?: readonly string[]
}

/** The three roles of one account. */
export function memberRoles(options: MemberRolesOptions): Role[] {
  const { partition = 'aws', account, exemptPaths = [] } = options
  const trust = trustOf(options)
  const Resource = `arn:${partition}:iam::${account}:user/*`
  const policies = {
    read: policy(READ_ACCOUNT, { Effect: 'Allow', Action: READ_KEYS, Resource }),
    deactivate: policy(
      { Effect: 'Allow', Action: [...READ_USER, UPDATE], Resource },
      NEVER_AN_EXEMPT_USER,
      ...(exemptPaths.length > 0 ? [neverUnder(exemptPaths)] : []),
    ),
    reactivate: policy({ Effect: 'Allow', Action: ['iam:ListAccessKeys', UPDATE], Resource }),
  }
  return Object.entries(policies).map(([use, one]) =>
    newRole(MEMBER_ROLES[use as keyof typeof policies], { trust, policies: [one] }),
  )
}

const trustOf = ({ partition = 'aws', hub, trusted, organizationId }: MemberRolesOptions): PolicyDocument =>
  policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${hub}:root` },
    Action: 'sts:AssumeRole',
    Condition: {
      ArnEquals: { 'aws:PrincipalArn': trusted },
      ...(organizationId !== null && { StringEquals: { 'aws:PrincipalOrgID': organizationId } }),
    },
  })

const READ_ACCOUNT: Statement = {
  Effect: 'Allow',
  Action: ['cloudtrail:LookupEvents', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
  Resource: '*',
}

const READ_USER = ['iam:GetAccessKeyLastUsed', 'iam:GetUser', 'iam:ListAccessKeys', 'iam:ListUserTags']
const READ_KEYS = READ_USER.filter((action) => action !== 'iam:GetUser')
const UPDATE = 'iam:UpdateAccessKey'

const NEVER_AN_EXEMPT_USER: Statement = {
  Sid: 'NeverAnExemptUser',
  Effect: 'Deny',
  Action: UPDATE,
  Resource: '*',
  Condition: { Null: { 'aws:ResourceTag/keysweep-exempt': 'false' } },
}

const neverUnder = (paths: readonly string[]): Statement => ({
  Sid: 'NeverUnderAnExemptPath',
  Effect: 'Deny',
  Action: UPDATE,
  Resource: paths.map((path) => `arn:*:iam::*:user${path}*`),
})

const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement })
