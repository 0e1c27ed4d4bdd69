// What a session may do: what its role's policies and its session policy allow. Every other caller may do everything.
import { type Account, findKey, findUser, iamDate, userArn } from './account.ts'
import type { ActionName, Params } from './actions.ts'
import { type AwsError, awsError } from './aws-error.ts'
import { type CallerIdentity, principalArn } from './caller.ts'
import { findMember, type Organization, type Served } from './organization.ts'
import { evaluate, type PolicyRequest } from './policy.ts'

/** A call as policies see it. */
export interface CallerRequest {
  service: string
  action: ActionName
  params: Params
  caller: CallerIdentity
}

/** AWS: "No permissions are required to perform this operation", even if a policy denies it. */
const EVERYBODYS: readonly ActionName[] = ['GetCallerIdentity']

/** @throws AwsError AccessDenied if the caller's policies do not allow the call */
export function authorise(asked: CallerRequest, { organization }: Served, now: Date): void {
  const { service, action, params, caller } = asked
  if (caller.assumed === null || EVERYBODYS.includes(action)) return
  const { role, issued } = caller.assumed
  const request: PolicyRequest = {
    action: `${service}:${action}`,
    resource: params.RoleArn ?? resourceArn(caller.account, params),
    // Only made for a statement with a condition.
    get context() {
      return { ...contextOf(caller, organization, now), ...tagsOf(caller.account, params) }
    },
  }
  const byRole = evaluate(role.policies, request)
  const bySession = issued.policy ? evaluate([issued.policy], request) : 'allowed'
  if (byRole === 'denied' || bySession === 'denied') throw accessDenied(asked, 'explicit deny')
  if (byRole === 'not allowed') throw accessDenied(asked, 'identity-based')
  if (bySession === 'not allowed') throw accessDenied(asked, 'session')
}

/** The condition keys of every request. Source: IAM User Guide, global condition context keys. */
export function contextOf(
  caller: CallerIdentity,
  organization: Organization | null,
  now: Date,
): PolicyRequest['context'] {
  const { account, assumed, user } = caller
  return {
    'aws:PrincipalArn': principalArn(caller),
    'aws:PrincipalAccount': account.id,
    'aws:CurrentTime': iamDate(now),
    ...(user && { 'aws:username': user.name }),
    ...(assumed && { 'aws:TokenIssueTime': assumed.issued.at.toISOString() }),
    ...(organization && findMember(organization, account.id) && { 'aws:PrincipalOrgID': organization.id }),
  }
}

/** The user that a call is about; a key stands for its owner. */
function userOf(account: Account, { UserName, AccessKeyId }: Params) {
  if (UserName !== undefined) return findUser(account, UserName)
  return AccessKeyId === undefined ? undefined : findKey(account, AccessKeyId)?.user
}

/** Of a user that does not exist, nobody knows the path. */
function resourceArn(account: Account, params: Params): string {
  const user = userOf(account, params)
  if (user) return userArn(account, user)
  if (params.UserName === undefined && params.AccessKeyId === undefined) return '*'
  return `arn:${account.partition}:iam::${account.id}:user/${params.UserName ?? '*'}`
}

function tagsOf(account: Account, params: Params): Record<string, string> {
  const tags = Object.entries(userOf(account, params)?.tags ?? {})
  return Object.fromEntries(
    tags.flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  )
}

/** AWS's error for a call that the caller's policies do not allow, with its reason. */
export function accessDenied(
  { service, action, params, caller }: CallerRequest,
  why: 'identity-based' | 'session' | 'explicit deny' = 'identity-based',
): AwsError {
  const call = `${service}:${action}`
  const resource = params.RoleArn ?? (params.UserName ? `user ${params.UserName}` : '*')
  const sentence = `User: ${caller.arn} is not authorized to perform: ${call} on resource: ${resource}`
  if (action === 'AssumeRole') return awsError('AccessDenied', sentence)
  if (why === 'explicit deny')
    return awsError('AccessDenied', `${sentence} with an explicit deny in an identity-based policy`)
  return awsError('AccessDenied', `${sentence} because no ${why} policy allows the ${call} action`)
}
