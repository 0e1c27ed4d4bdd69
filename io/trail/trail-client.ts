// CloudTrail's LookupEvents through @aws-sdk/client-cloudtrail. The SDK resolves an empty or invalid 200 as `{}`, which naive
// code reads as "nothing happened". So an answer must have a list of events.
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import * as z from 'zod'
import {
  IamAnswerError,
  IamThrottled,
  IamUnavailable,
  KeyEventsDenied,
  KeyEventsUnavailable,
} from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { instantOf } from '../../core/model/instants.ts'
import { standardRows } from '../aws/error-rows.ts'
import { type AwsError, type ErrorClass, type Kind, type ServiceErrors, toOurs } from '../aws/errors.ts'
import { sendRead } from '../aws/reads.ts'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { type ClientOptions, configOf, TIMEOUT_MILLISECONDS } from '../iam/client-options.ts'
import type { EventPage, Trail } from './trail.ts'

/** Attempts of one call: no state retries a page. */
const ATTEMPTS = 4

export type TrailOptions = Partial<Omit<ClientOptions, 'region'>> & {
  /** The partition in the caller's ARN, such as `aws`. */
  partition: string
}

/**
 * The Region whose event history has IAM's events. Recorded for `aws`; for the other two, AWS's documents name these
 * Regions for IAM, and it was never tried.
 */
const IAM_EVENTS_IN: Record<string, string> = { 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' }

export const regionOfIamEvents = (partition: string): string => IAM_EVENTS_IN[partition] ?? 'us-east-1'

/** The most that CloudTrail allows on a page. */
const PAGE_EVENTS = 50

/** A field that is missing or odd is left to the reader of the event: one odd event must not hide the others. */
const maybe = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)

const EVENT = z.object({
  EventTime: maybe(z.date()),
  Username: maybe(z.string()),
  CloudTrailEvent: maybe(z.string()),
  Resources: z.array(z.object({ ResourceName: maybe(z.string()) })).catch([]),
})

const ANSWER = z.object({ Events: z.array(z.looseObject({})), NextToken: z.string().optional() })

/** Credentials and endpoint come from the environment, as for every AWS tool; the Region is that of IAM's events. */
export function makeTrail({ partition, attempts = ATTEMPTS, ...options }: TrailOptions): Trail {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options
  const region = regionOfIamEvents(partition)
  const config = { ...configOf({ ...options, attempts, region }), retryMode: 'standard' as const }
  const client = wholeAnswers(new CloudTrailClient(config), timeoutMilliseconds)
  return { updatesOfKeys: (from, nextToken) => lookup(client, region, from, nextToken) }
}

async function lookup(
  client: CloudTrailClient,
  region: string,
  from: string,
  nextToken: string | null,
): Promise<EventPage> {
  const command = new LookupEventsCommand({
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'UpdateAccessKey' }],
    StartTime: new Date(from),
    MaxResults: PAGE_EVENTS,
    NextToken: nextToken ?? undefined,
  })
  const answer = ANSWER.safeParse(
    await sendRead((options) => client.send(command, options)).catch((error: AwsError) => {
      throw keyEventsError(region, error)
    }),
  )
  if (!answer.success)
    throw new KeyEventsUnavailable(`LookupEvents in ${region}: incomplete answer: ${formatZodIssues(answer.error)}`)
  const { Events, NextToken } = answer.data
  // A page may be empty and have a successor.
  return { events: Events.map(toTrailEvent), nextToken: NextToken || null }
}

function toTrailEvent(event: unknown) {
  const { EventTime, Username, CloudTrailEvent, Resources } = EVENT.parse(event)
  return {
    at: EventTime === undefined ? null : isoOf(EventTime),
    username: Username ?? null,
    text: CloudTrailEvent ?? null,
    resources: Resources.flatMap(({ ResourceName }) => ResourceName ?? []),
  }
}

const isoOf = (date: Date): string | null => (Number.isNaN(date.getTime()) ? null : instantOf(date.getTime()))

/** Source: CloudTrail API Reference, LookupEvents, and the common errors. null keeps the SDK's error. */
const TRAIL_ERRORS: ServiceErrors<ErrorClass> = {
  rows: standardRows<ErrorClass>(),
  means: {
    unsendable: KeyEventsDenied,
    'no credentials': KeyEventsDenied,
    'no region': KeyEventsUnavailable,
    'no address': KeyEventsUnavailable,
    throttled: KeyEventsUnavailable,
    denied: KeyEventsDenied,
    'not found': KeyEventsUnavailable,
    refused: KeyEventsUnavailable,
    unavailable: KeyEventsUnavailable,
    'fault of ours': null,
  } satisfies Record<Kind, ErrorClass>,
}

/** STS could not open the session in a member account for now. */
const NO_SESSION = [IamAnswerError, IamThrottled, IamUnavailable]

function keyEventsError(region: string, error: AwsError): Error {
  if (NO_SESSION.some((Ours) => error instanceof Ours))
    return new KeyEventsUnavailable(`LookupEvents in ${region}: ${error.message}`)
  return toOurs(`LookupEvents in ${region}`, error, TRAIL_ERRORS)
}
