// Whether anybody hears what is sent to an SNS topic.
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import * as z from 'zod'
import { NoticeFailed } from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { regionOf } from '../aws/arn.ts'
import { firstLine, receivedFrom } from '../aws/errors.ts'
import { OWN_AGENT } from '../aws/user-agent.ts'
import { beginsWithin, wholeAnswers } from '../aws/whole-answer.ts'
import type { TopicOptions } from './topic.ts'

const ATTEMPTS = 3
const TIMEOUT_MILLISECONDS = 5000

/** The SDK resolves an invalid 200 as success. A missing list is an error: it does not show that nobody has subscribed. */
const SUBSCRIPTIONS = z.array(z.object({ SubscriptionArn: z.string() }))

/** 100 a page: a topic with 2,000 subscriptions of which none is confirmed is an error. */
const MOST_PAGES = 20

/**
 * Whether a topic has a confirmed subscription, by any protocol. One that is not confirmed has a word in place of its ARN:
 * PendingConfirmation, or Deleted (SNS API Reference, ListSubscriptionsByTopic). Filters are not looked at.
 * @throws NoticeFailed if the subscriptions cannot be read
 */
export function makeHasListener(options: TopicOptions = {}) {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS, ...where } = options
  return async (topicArn: string): Promise<boolean> => {
    const limits = { maxAttempts: ATTEMPTS, region: regionOf(topicArn), ...beginsWithin(timeoutMilliseconds) }
    const client = new SNSClient({ ...limits, customUserAgent: OWN_AGENT, ...where })
    const sns = wholeAnswers(client, timeoutMilliseconds)
    for await (const page of pages(sns, topicArn)) if (page.some((one) => one.startsWith('arn:'))) return true
    return false
  }
}

/** The ARNs, or the words in their place. @throws NoticeFailed */
async function* pages(sns: SNSClient, TopicArn: string): AsyncGenerator<string[]> {
  const unreadable = (received: string) =>
    new NoticeFailed(`Subscriptions of ${TopicArn} not read, so nobody may hear of a plan: ${firstLine(received)}`)
  let token: string | undefined
  for (let n = 0; n < MOST_PAGES; n += 1) {
    const command = new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: token })
    const { Subscriptions, NextToken } = await sns.send(command).catch((error: Error) => {
      throw unreadable(receivedFrom(error))
    })
    const read = SUBSCRIPTIONS.safeParse(Subscriptions)
    if (!read.success) throw unreadable(`incomplete answer: ${formatZodIssues(read.error)}`)
    yield read.data.map(({ SubscriptionArn }) => SubscriptionArn)
    if (!NextToken) return
    token = NextToken
  }
  throw unreadable(`more than ${MOST_PAGES} pages`)
}
