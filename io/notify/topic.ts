// Sends messages to people, through an SNS topic.
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { NoticeFailed } from '../../core/model/errors.ts'
import type { MessageAttributes } from '../../core/model/messages.ts'
import { regionOf } from '../aws/arn.ts'
import { receivedFrom } from '../aws/errors.ts'
import { OWN_AGENT } from '../aws/user-agent.ts'
import { beginsWithin, wholeAnswers } from '../aws/whole-answer.ts'

/** A subject must have less than 100 ASCII characters (SNS API Reference, Publish). */
const MAX_SUBJECT = 99

const TIMEOUT_MILLISECONDS = 5000

export interface TopicOptions {
  endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
  timeoutMilliseconds?: number
}

/**
 * Sends a message to a topic, with one attempt: a mail that was sent twice cannot be undone, so only the state machine
 * retries. Subscriptions can filter by `attributes`. @throws NoticeFailed
 */
export function makeTopic(topicArn: string, options: TopicOptions = {}) {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS, ...where } = options
  const client = new SNSClient({
    maxAttempts: 1,
    customUserAgent: OWN_AGENT,
    region: regionOf(topicArn),
    ...beginsWithin(timeoutMilliseconds),
    ...where,
  })
  const sns = wholeAnswers(client, timeoutMilliseconds)
  return async (subject: string, message: string, attributes: MessageAttributes): Promise<void> => {
    const Subject = subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT)
    const MessageAttributes = attributesOf(attributes)
    const sent = await sns
      .send(new PublishCommand({ TopicArn: topicArn, Subject, Message: message, MessageAttributes }))
      .catch((error: Error) => {
        throw new NoticeFailed(`Message "${Subject}" not sent to ${topicArn}: ${receivedFrom(error)}`)
      })
    // The SDK resolves an empty 200 as success. An accepted message has an id.
    if (!sent.MessageId)
      throw new NoticeFailed(`Message "${Subject}" not sent to ${topicArn}: incomplete answer: no MessageId`)
  }
}

const attributesOf = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
