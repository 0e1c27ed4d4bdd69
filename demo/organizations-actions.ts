// The actions of AWS Organizations that keysweep calls. Source: Organizations API Reference.
import type { ActionContext, Params } from './actions.ts'
import { awsError } from './aws-error.ts'
import { findMember, type MemberAccount, type Organization, pathOf } from './organization.ts'
import { tokenPage } from './paging.ts'
import type { AnswerTree } from './xml.ts'

const MOST_ACCOUNTS = 20

export function listAccounts(params: Params, context: ActionContext): AnswerTree {
  const organization = readable(context)
  const { items, nextToken } = tokenPage(organization.accounts, 'ListAccounts', params, {
    pageSize: context.pageSize,
    most: MOST_ACCOUNTS,
  })
  return { Accounts: items.map((member) => toAccount(organization, member)), NextToken: nextToken }
}

/** `State` alone: AWS retired `Status` on 2026-09-09. */
const toAccount = (organization: Organization, member: MemberAccount): AnswerTree => ({
  Id: member.account.id,
  Arn: accountArn(organization, member.account.id),
  Email: member.email,
  Name: member.name,
  State: member.state,
  Paths: [pathOf(organization, member)],
  JoinedMethod: member.joinedMethod,
  JoinedTimestamp: Math.floor(member.joinedAt.getTime() / 1000),
})

const accountArn = ({ id, managementAccount }: Organization, account: string): string =>
  `arn:aws:organizations::${managementAccount}:account/${id}/${account}`

/** Any account of the organization may ask. */
export function describeOrganization(_params: Params, context: ActionContext): AnswerTree {
  const organization = organizationOf(context)
  const { id, managementAccount } = organization
  return {
    Organization: {
      Id: id,
      Arn: `arn:aws:organizations::${managementAccount}:organization/${id}`,
      FeatureSet: 'ALL',
      MasterAccountArn: accountArn(organization, managementAccount),
      MasterAccountId: managementAccount,
      MasterAccountEmail: findMember(organization, managementAccount)?.email,
    },
  }
}

/** Of an account; the endpoint's units and root have no tags. */
export function listTagsForResource(params: Params, context: ActionContext): AnswerTree {
  const organization = readable(context)
  const id = params.ResourceId
  if (id === undefined) throw awsError('ValidationError', 'You specified an invalid value.')
  const tags = tagsOf(organization, id)
  const { items, nextToken } = tokenPage(Object.entries(tags), `ListTagsForResource ${id}`, params, {
    pageSize: context.pageSize,
  })
  return { Tags: items.map(([Key, Value]) => ({ Key, Value })), NextToken: nextToken }
}

function tagsOf(organization: Organization, id: string): Record<string, string> {
  if (id === organization.root || organization.units.some((unit) => unit.id === id)) return {}
  const member = findMember(organization, id)
  if (member === undefined) throw awsError('TargetNotFound')
  return member.tags
}

/** @throws AwsError AWSOrganizationsNotInUse */
function organizationOf({ served: { organization }, caller }: ActionContext): Organization {
  if (organization === null || !findMember(organization, caller.account.id)) throw awsError('AWSOrganizationsNotInUse')
  return organization
}

/** @throws AwsError AccessDenied if the caller's account is neither the management account nor a delegated administrator */
function readable(context: ActionContext): Organization {
  const organization = organizationOf(context)
  const { managementAccount, delegatedAdministrators } = organization
  if ([managementAccount, ...delegatedAdministrators].includes(context.caller.account.id)) return organization
  throw awsError('AccessDenied', "You don't have permissions to access this resource.")
}
