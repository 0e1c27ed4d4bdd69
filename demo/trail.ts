// CloudTrail's event history of the account, and LookupEvents, by the recorded shapes.
import { randomUUID } from 'node:crypto'
import { type Account, iamDate } from './account.ts'
import { awsError } from './aws-error.ts'
import type { CallerIdentity } from './caller.ts'
import type { AnswerTree } from './xml.ts'

/** One event: who called what. */
export interface TrailRecord {
  id: string
  at: Date
  name: string
  username: string
  /** The resources that LookupEvents lists; not part of the event itself. */
  resources: { ResourceType: string; ResourceName: string }[]
  /** CloudTrailEvent: the event as JSON. */
  text: string
}

/** An UpdateAccessKey call. Denied: the event names no key. */
export interface KeyUpdate {
  at: Date
  user: string
  accessKeyId: string
  status: string
  by: Pick<CallerIdentity, 'arn' | 'userId'> & { accessKeyId: string }
  userAgent?: string | undefined
  denied?: boolean
}

/** The event of an UpdateAccessKey call. */
export function updateRecord(account: Account, update: KeyUpdate): TrailRecord {
  const { at, user, accessKeyId, status, by, userAgent = 'aws-cli/2.31.0', denied = false } = update
  const id = randomUUID()
  const username = by.arn.slice(by.arn.lastIndexOf('/') + 1)
  const isRole = by.arn.includes(':assumed-role/')
  const event = {
    eventVersion: '1.11',
    userIdentity: {
      type: isRole ? 'AssumedRole' : 'IAMUser',
      principalId: by.userId,
      arn: by.arn,
      accountId: account.id,
      accessKeyId: by.accessKeyId,
      ...(!isRole && { userName: username }),
    },
    eventTime: iamDate(at),
    eventSource: 'iam.amazonaws.com',
    eventName: 'UpdateAccessKey',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.10',
    userAgent,
    ...(denied && { errorCode: 'AccessDenied', errorMessage: 'Access denied.' }),
    requestParameters: denied ? null : { userName: user, accessKeyId, status },
    responseElements: null,
    requestID: randomUUID(),
    eventID: id,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account.id,
    eventCategory: 'Management',
  }
  const resources = denied ? [] : [{ ResourceType: 'AWS::IAM::AccessKey', ResourceName: accessKeyId }]
  return { id, at, name: 'UpdateAccessKey', username, resources, text: JSON.stringify(event) }
}

const MOST_RESULTS = 50

/** A page of the account's events, newest first. `params` are the request's fields, flat. */
export function lookupEvents(account: Account, params: Record<string, string>): AnswerTree {
  const { EventName, StartTime = '0', EndTime = 'Infinity', MaxResults = '50', NextToken } = params
  const from = Number(StartTime) * 1000
  const to = Number(EndTime) * 1000
  if (from > to) throw awsError('InvalidTimeRange')
  const found = account.trail
    .filter(
      ({ name, at }) => (EventName === undefined || name === EventName) && at.getTime() >= from && at.getTime() <= to,
    )
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
  const begin = NextToken === undefined ? 0 : positionIn(NextToken, params)
  const end = begin + Math.min(Number(MaxResults), MOST_RESULTS)
  return {
    Events: found.slice(begin, end).map(toEvent),
    ...(end < found.length && { NextToken: tokenFor(end, params) }),
  }
}

const toEvent = ({ id, at, name, username, resources, text }: TrailRecord) => ({
  EventId: id,
  EventName: name,
  ReadOnly: 'false',
  AccessKeyId: (JSON.parse(text) as { userIdentity?: { accessKeyId?: string } }).userIdentity?.accessKeyId,
  EventTime: Math.floor(at.getTime() / 1000),
  EventSource: 'iam.amazonaws.com',
  Username: username,
  Resources: resources,
  CloudTrailEvent: text,
})

/** A token is only valid for a request with the same parameters. */
const tokenFor = (position: number, { NextToken: _, ...params }: Record<string, string>): string =>
  Buffer.from(JSON.stringify([position, params])).toString('base64url')

function positionIn(token: string, { NextToken: _, ...params }: Record<string, string>): number {
  const [position, of] = decoded(token)
  if (typeof position !== 'number' || JSON.stringify(of) !== JSON.stringify(params)) throw awsError('InvalidNextToken')
  return position
}

function decoded(token: string): unknown[] {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
  } catch {
    throw awsError('InvalidNextToken')
  }
}
