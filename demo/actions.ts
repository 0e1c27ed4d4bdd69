// The actions that keysweep calls, and those of IAM: what each does to the account, and its answer.
import { type Account, type AccountKey, type AccountUser, findKey, findUser, uniqueId, userArn } from './account.ts'
import { assumeRole } from './assume-role.ts'
import { awsError } from './aws-error.ts'
import type { CallerIdentity } from './caller.ts'
import type { Served } from './organization.ts'
import { describeOrganization, listAccounts, listTagsForResource } from './organizations-actions.ts'
import { page } from './paging.ts'
import type { ReportCycle } from './report-cycle.ts'
import { invalid, required } from './required.ts'
import { CLOUDTRAIL, IAM, ORGANIZATIONS, type Service, STS } from './services.ts'
import { lookupEvents, updateRecord } from './trail.ts'
import type { AnswerTree } from './xml.ts'

/** The call's fields, without Action and Version. */
export type Params = Record<string, string>

/** A write that was carried out, even if it changed nothing. */
export interface Write {
  at: string
  account: string
  user: string
  accessKeyId: string
  from: string
  to: string
}

export interface ActionContext {
  /** The caller's account. */
  account: Account
  caller: CallerIdentity
  now: Date
  reports: ReportCycle
  pageSize: number
  /** An instant as this answer writes it. */
  date: (at: Date) => string
  /** A key's status as reads show it. It may be an old one, as in AWS. */
  shownStatus: (key: AccountKey) => string
  writes: Write[]
  /** All that the endpoint serves. */
  served: Served
  userAgent: string | undefined
}

export interface Action {
  service: Service
  /** Carries out the call; null is an empty answer. @throws AwsError */
  run: (params: Params, context: ActionContext) => AnswerTree | null
}

export type ActionName =
  | 'LookupEvents'
  | 'GenerateCredentialReport'
  | 'GetCredentialReport'
  | 'ListAccessKeys'
  | 'GetAccessKeyLastUsed'
  | 'ListUserTags'
  | 'GetUser'
  | 'UpdateAccessKey'
  | 'ListAccountAliases'
  | 'GetCallerIdentity'
  | 'GetAccessKeyInfo'
  | 'AssumeRole'
  | 'ListAccounts'
  | 'DescribeOrganization'
  | 'ListTagsForResource'

export const ACTIONS: Record<ActionName, Action> = {
  GenerateCredentialReport: { service: IAM, run: generateCredentialReport },
  GetCredentialReport: { service: IAM, run: getCredentialReport },
  ListAccessKeys: { service: IAM, run: listAccessKeys },
  GetAccessKeyLastUsed: { service: IAM, run: getAccessKeyLastUsed },
  ListUserTags: { service: IAM, run: listUserTags },
  GetUser: { service: IAM, run: getUser },
  UpdateAccessKey: { service: IAM, run: updateAccessKey },
  ListAccountAliases: { service: IAM, run: listAccountAliases },
  GetCallerIdentity: { service: STS, run: getCallerIdentity },
  GetAccessKeyInfo: { service: STS, run: getAccessKeyInfo },
  AssumeRole: { service: STS, run: assumeRole },
  LookupEvents: { service: CLOUDTRAIL, run: (params, { account }) => lookupEvents(account, params) },
  ListAccounts: { service: ORGANIZATIONS, run: listAccounts },
  DescribeOrganization: { service: ORGANIZATIONS, run: describeOrganization },
  ListTagsForResource: { service: ORGANIZATIONS, run: listTagsForResource },
}

/** @throws AwsError MissingAction | InvalidAction for anything that this endpoint does not serve */
export function actionNamed(name: string, version: string | undefined): ActionName {
  if (name === '') throw awsError('MissingAction')
  if (isAction(name) && ACTIONS[name].service.version === version) return name
  throw awsError('InvalidAction', `Could not find operation ${name} for version ${version ?? 'NO_VERSION_SPECIFIED'}`)
}

const isAction = (name: string): name is ActionName => Object.hasOwn(ACTIONS, name)

function generateCredentialReport(_params: Params, { reports }: ActionContext): AnswerTree {
  const { state, description } = reports.generate()
  return { State: state, Description: description }
}

function getCredentialReport(_params: Params, { reports, date }: ActionContext): AnswerTree {
  const { csv, generatedAt } = reports.get()
  return { Content: Buffer.from(csv).toString('base64'), ReportFormat: 'text/csv', GeneratedTime: date(generatedAt) }
}

function listAccessKeys(params: Params, context: ActionContext): AnswerTree {
  const user = userNamed(params, context)
  const keys = page(user.keys, `ListAccessKeys ${user.name}`, params, context.pageSize)
  const member = keys.items.map((key) => ({
    UserName: user.name,
    AccessKeyId: key.id,
    Status: context.shownStatus(key),
    CreateDate: context.date(key.createdAt),
  }))
  return { UserName: user.name, AccessKeyMetadata: { member }, IsTruncated: keys.isTruncated, Marker: keys.marker }
}

function getAccessKeyLastUsed(params: Params, { account, date }: ActionContext): AnswerTree {
  const { user, key } = keyWithId(account, required(params, 'AccessKeyId'))
  const neverUsed = { ServiceName: 'N/A', Region: 'N/A' }
  const { lastUsed } = key
  const AccessKeyLastUsed = lastUsed
    ? { LastUsedDate: date(lastUsed.at), ServiceName: lastUsed.service, Region: lastUsed.region }
    : neverUsed
  return { UserName: user.name, AccessKeyLastUsed }
}

/** Of a key in any account that is served. */
function getAccessKeyInfo(params: Params, { served }: ActionContext): AnswerTree {
  const id = required(params, 'AccessKeyId')
  const accounts = [served.account, ...(served.organization?.accounts ?? []).map(({ account }) => account)]
  const account = accounts.find((one) => findKey(one, id) !== undefined)
  if (account === undefined) throw awsError('ValidationError', `Invalid access key ${id}`)
  return { Account: account.id }
}

function listUserTags(params: Params, context: ActionContext): AnswerTree {
  const user = findUserNamed(context.account, required(params, 'UserName'))
  const tags = page(Object.entries(user.tags), `ListUserTags ${user.name}`, params, context.pageSize)
  const member = tags.items.map(([Key, Value]) => ({ Key, Value }))
  return { Tags: { member }, IsTruncated: tags.isTruncated, Marker: tags.marker }
}

function getUser(params: Params, context: ActionContext): AnswerTree {
  const user = userNamed(params, context)
  const arn = userArn(context.account, user)
  const member = Object.entries(user.tags).map(([Key, Value]) => ({ Key, Value }))
  return {
    User: {
      Path: user.path,
      UserName: user.name,
      UserId: uniqueId('AIDA', arn),
      Arn: arn,
      CreateDate: context.date(user.createdAt),
      ...(member.length > 0 && { Tags: { member } }),
    },
  }
}

function updateAccessKey(params: Params, context: ActionContext): null {
  const user = userNamed(params, context)
  const id = required(params, 'AccessKeyId')
  const status = required(params, 'Status')
  if (status !== 'Active' && status !== 'Inactive')
    throw invalid('status', status, 'satisfy enum value set: [Active, Inactive]')
  const { key, user: owner } = keyWithId(context.account, id)
  if (owner !== user) throw noSuchKey(id)
  const at = context.now.toISOString()
  context.writes.push({
    at,
    account: context.account.id,
    user: user.name,
    accessKeyId: id,
    from: key.status,
    to: status,
  })
  key.status = status
  const { account, caller: by, now, userAgent } = context
  account.trail.push(updateRecord(account, { at: now, user: user.name, accessKeyId: id, status, by, userAgent }))
  return null
}

function listAccountAliases(_params: Params, { account }: ActionContext): AnswerTree {
  return { AccountAliases: { member: account.alias === null ? [] : [account.alias] }, IsTruncated: 'false' }
}

function getCallerIdentity(_params: Params, { caller, account }: ActionContext): AnswerTree {
  return { Arn: caller.arn, UserId: caller.userId, Account: account.id }
}

/** The user that the call names, or the caller if it names none. */
function userNamed(params: Params, { account, caller }: ActionContext): AccountUser {
  if (params.UserName !== undefined) return findUserNamed(account, params.UserName)
  if (caller.user) return caller.user
  throw awsError('ValidationError', 'Must specify userName when calling with non-User credentials')
}

function findUserNamed(account: Account, name: string): AccountUser {
  const user = findUser(account, name)
  if (!user) throw awsError('NoSuchEntity', `The user with name ${name} cannot be found.`)
  return user
}

function keyWithId(account: Account, id: string): { user: AccountUser; key: AccountKey } {
  const found = findKey(account, id)
  if (!found) throw noSuchKey(id)
  return found
}

const noSuchKey = (id: string) => awsError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`)
