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
  /** The id of the account from which keysweep assumes the roles. */
  hub: string
  /** Who in the hub may: ARNs of users and roles, with wildcards. For a session, its role's ARN. */
  trusted: readonly string[]
  /** null: callers of no organization too. */
  organizationId: string | null
  /** The exempt paths: users under them are never deactivated. */
  exemptPaths?: readonly string[]
}

/** The three roles of one account. */
export function memberRoles(options: MemberRolesOptions): Role[] {
  const trust = trustOf(options)
  return [
    newRole(MEMBER_ROLES.read, { trust, policies: [policy(READ)] }),
    newRole(MEMBER_ROLES.deactivate, { trust, policies: [policy(READ_USER, UPDATE, EXEMPT, ...exemptPaths(options))] }),
    newRole(MEMBER_ROLES.reactivate, { trust, policies: [policy(READ_USER, UPDATE)] }),
  ]
}

function trustOf({ partition = 'aws', hub, trusted, organizationId }: MemberRolesOptions): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${hub}:root` },
    Action: 'sts:AssumeRole',
    Condition: {
      ArnLike: { 'aws:PrincipalArn': trusted },
      ...(organizationId !== null && { StringEquals: { 'aws:PrincipalOrgID': organizationId } }),
    },
  })
}

const READ: Statement = {
  Effect: 'Allow',
  Action: [
    'iam:GenerateCredentialReport',
    'iam:GetCredentialReport',
    'iam:ListAccessKeys',
    'iam:GetAccessKeyLastUsed',
    'iam:ListUserTags',
    'iam:GetUser',
    'cloudtrail:LookupEvents',
  ],
  Resource: '*',
}

const READ_USER: Statement = {
  Effect: 'Allow',
  Action: ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:ListUserTags', 'iam:GetUser'],
  Resource: '*',
}

const UPDATE: Statement = { Effect: 'Allow', Action: 'iam:UpdateAccessKey', Resource: '*' }

const EXEMPT: Statement = {
  Effect: 'Deny',
  Action: 'iam:UpdateAccessKey',
  Resource: '*',
  Condition: { Null: { 'aws:ResourceTag/keysweep-exempt': 'false' } },
}

const exemptPaths = ({ exemptPaths: paths = [] }: MemberRolesOptions): Statement[] =>
  paths.map((path) => ({
    Effect: 'Deny',
    Action: 'iam:UpdateAccessKey',
    Resource: `arn:*:iam::*:user${path}*`,
  }))

const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement })
